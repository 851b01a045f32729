import { routes } from "@holdfast/api";
import type { RouteBody, RouteInput } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import { changesBetween } from "../audit/index.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Caller, Implementation } from "../http/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { coversRole, coversScope, mayEnd } from "./covers-access.ts";
import { creationPosition } from "./creation-position.ts";
import { scopeBody } from "./people.ts";
import { hashSecret, newSecret, TOKEN_PREFIX } from "./secrets.ts";
import type { ApiTokensTable, AppScope } from "./tables.ts";

/** Returns the operations on API tokens. */
export function tokenOperations(services: AccessServices): readonly Implementation[] {
  return [createToken(services), listTokens(services), revokeToken(services)];
}

type NewToken = RouteInput<typeof routes.createToken>["body"];
type TokenRow = Omit<Selectable<ApiTokensTable>, "secret_hash">;

function createToken({ ids, random }: AccessServices): Implementation {
  return implement(
    routes.createToken,
    async ({ body }, { caller, change, now }) => {
      assertMayMake(caller, body);
      assertLater(body.expiresAt, now);
      const secret = `${TOKEN_PREFIX}${newSecret(random)}`;
      const row = {
        id: `token_${ids()}`,
        person: caller.person,
        name: body.name,
        role: body.role,
        apps: toJsonText<AppScope>(body.apps),
        created_at: now,
        expires_at: body.expiresAt ?? null,
        last_used_at: null,
        revoked_at: null,
      };
      return change(async ({ queries, audit }) => {
        const kept = { ...row, secret_hash: hashSecret(secret) };
        await queries.insertInto("api_tokens").values(kept).execute();
        await audit({
          target: row.id,
          summary: `made the token ${row.name}`,
          changes: changesBetween(undefined, body, ["name", "role", "apps", "expiresAt"]),
        });
        return { body: { ...tokenBody(row), secret } };
      });
    },
    { isAnswerSecret: true },
  );
}

/** At most what its maker may, where and for as long as they may. */
function assertMayMake(caller: Caller, { role, apps, expiresAt = Infinity }: NewToken): void {
  const isRole = coversRole(caller, role);
  const isScope = coversScope(caller, apps);
  const isTime = caller.kind === "person" || expiresAt <= (caller.expiresAt ?? Infinity);
  if (isRole && isScope && isTime) return;
  if (isRole && isScope) throw outlives(caller);
  const what = isRole ? "more apps" : `the role ${role}`;
  throw new ApiRefusal("FORBIDDEN", `createToken: the caller may not give a token ${what}`, {
    advice: "make a token with less, or ask an admin",
  });
}

function outlives({ expiresAt = Infinity }: Caller): ApiRefusal {
  const message = "createToken: the caller may not give a token a longer life than its own";
  const end = new Date(expiresAt).toISOString();
  const advice = `have it end by ${end}, or make it with what ends later`;
  return new ApiRefusal("FORBIDDEN", message, { advice });
}

function assertLater(expiresAt: number | undefined, now: number): void {
  if (expiresAt === undefined || expiresAt > now) return;
  throw new ApiRefusal("INPUT_INVALID", "createToken: 1 issue in what was sent", {
    issues: [{ path: ["body", "expiresAt"], message: "expected a moment that is still to come" }],
  });
}

function listTokens({ database: { queries } }: AccessServices): Implementation {
  const { operationId } = routes.listTokens;
  return implement(routes.listTokens, async ({ query: { limit, cursor } }, { caller }) => {
    let tokens = queries
      .selectFrom("api_tokens")
      .selectAll()
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1);
    if (!seesAll(caller)) tokens = tokens.where("person", "=", caller.person);
    if (cursor !== undefined) {
      const [at, id] = readCursor(cursor, { operationId, kinds: ["number", "string"] });
      tokens = tokens.where((row) => row(row.refTuple("created_at", "id"), "<", row.tuple(at, id)));
    }
    const rows = await tokens.execute();
    return {
      body: pageOf(rows, { operationId, limit, itemOf: tokenBody, positionOf: creationPosition }),
    };
  });
}

function revokeToken({ database }: AccessServices): Implementation {
  return implement(routes.revokeToken, async ({ params }, { caller, change, now }) => {
    const token = await findVisible(database.queries, params.token, caller);
    assertMayRevoke(caller, token);
    if (token.revoked_at !== null) return {};
    return change(async ({ queries, audit }) => {
      await queries
        .updateTable("api_tokens")
        .set({ revoked_at: now })
        .where("id", "=", token.id)
        .where("revoked_at", "is", null)
        .execute();
      await audit({ target: token.id, summary: `revoked the token ${token.name}` });
      return {};
    });
  });
}

/** Itself a token may always end: that is how its machine is logged out. */
function assertMayRevoke(caller: Caller, { id, role, apps }: TokenRow): void {
  if (id === caller.id || mayEnd(caller, { role, apps: fromJsonText(apps) })) return;
  throw new ApiRefusal("FORBIDDEN", "revokeToken: the token may more than the one that asks", {
    advice: "sign in as its person, or ask an admin",
  });
}

async function findVisible(queries: Queries, id: string, caller: Caller): Promise<TokenRow> {
  const row = await queries
    .selectFrom("api_tokens")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  if (row !== undefined && (row.person === caller.person || seesAll(caller))) return row;
  throw new ApiRefusal("NOT_FOUND", "revokeToken: no such token");
}

function seesAll({ role, apps }: Caller): boolean {
  return role === "admin" && apps === "all";
}

function tokenBody(row: TokenRow): RouteBody<typeof routes.listTokens>["items"][number] {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    apps: scopeBody(fromJsonText(row.apps)),
    createdBy: row.person,
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  };
}
