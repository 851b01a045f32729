import { isRoleAtLeast } from "@holdfast/api";
import type { Role } from "@holdfast/api";
import type { Caller } from "../http/index.ts";
import { fromJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { hashSecret } from "./secrets.ts";
import { SEEN_EVERY_MS } from "./sessions.ts";
import type { AppScope } from "./tables.ts";

/**
 * Returns who a bearer token speaks for; undefined where it opens nothing, or nothing any more.
 *
 * A token may do what it was made for and its person may still do; where no app is left of that, nothing.
 * A runtime's token keeps what it was made for while its person is enabled: what runs must not stop because
 * somebody changed teams.
 */
export async function findToken(
  secret: string,
  { database: { queries }, now }: AccessServices,
): Promise<Caller | undefined> {
  const at = now();
  const row = await queries
    .selectFrom("api_tokens as token")
    .innerJoin("people", "people.id", "token.person")
    .select(["token.id", "token.name", "token.role", "token.apps", "token.expires_at"])
    .select(["token.last_used_at", "token.person"])
    .select(["people.role as personRole", "people.apps as personApps"])
    .where("token.secret_hash", "=", hashSecret(secret))
    .where("token.revoked_at", "is", null)
    .where("people.is_disabled", "=", 0)
    .where((token) =>
      token.or([token("token.expires_at", "is", null), token("token.expires_at", ">", at)]),
    )
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const made = fromJsonText(row.apps);
  const isRuntimes = row.role === "runtime";
  const apps = isRuntimes ? made : commonApps(made, fromJsonText(row.personApps));
  if (apps.length === 0) return undefined;
  if (at - (row.last_used_at ?? 0) >= SEEN_EVERY_MS) await markUsed(queries, { ...row, at });
  return {
    kind: "token",
    id: row.id,
    person: row.person,
    name: row.name,
    role: row.role === "runtime" ? row.role : lesserRole(row.role, row.personRole),
    apps,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}

function lesserRole(one: Role, other: Role): Role {
  return isRoleAtLeast(one, other) ? other : one;
}

function commonApps(one: AppScope, other: AppScope): AppScope {
  if (one === "all") return other;
  return other === "all" ? one : one.filter((app) => other.includes(app));
}

interface Used {
  readonly id: string;
  readonly person: string;
  readonly at: number;
}

/** A full disk must not keep tokens from reading. */
async function markUsed(queries: Queries, { id, person, at }: Used): Promise<void> {
  try {
    await queries
      .updateTable("api_tokens")
      .set({ last_used_at: at })
      .where("id", "=", id)
      .execute();
    await queries
      .updateTable("people")
      .set({ last_seen_at: at })
      .where("id", "=", person)
      .execute();
  } catch {
    // Noted at the next request, then.
  }
}
