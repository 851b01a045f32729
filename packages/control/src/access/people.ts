import type { Role, RouteBody, routes } from "@holdfast/api";
import type { Selectable } from "kysely";
import type { AuditActor } from "../audit/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AppScope, PeopleTable } from "./tables.ts";

/** A person's row. */
export type PersonRow = Selectable<PeopleTable>;

/** Somebody who joins. */
export interface NewPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly apps: AppScope;
  /** Null for who signs in through a provider. */
  readonly passwordHash: string | null;
  readonly now: number;
}

/** The lock held while admins are made, changed or disabled: one is always left, and the first is one. */
export const ADMINS_LOCK = "access.admins";

/** Returns an address as accounts are told apart by: one account, however it is typed. */
export function normalizeEmail(email: string): string {
  return email.normalize("NFC").toLowerCase();
}

/** Returns the person with an address; undefined where there is none. */
export async function findByEmail(queries: Queries, email: string): Promise<PersonRow | undefined> {
  return queries
    .selectFrom("people")
    .selectAll()
    .where("email", "=", normalizeEmail(email))
    .executeTakeFirst();
}

/**
 * Adds a person and takes back the invitations to their address. Returns their row; undefined where the
 * address is somebody's already.
 */
export async function addPerson(
  queries: Queries,
  { id, name, role, apps, passwordHash, now, ...person }: NewPerson,
): Promise<PersonRow | undefined> {
  const email = normalizeEmail(person.email);
  const row = await queries
    .insertInto("people")
    .values({
      id,
      email,
      name,
      role,
      apps: toJsonText<AppScope>(apps),
      is_disabled: 0,
      password_hash: passwordHash,
      version: 1,
      created_at: now,
      last_seen_at: now,
    })
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await queries.deleteFrom("invitations").where("email", "=", email).execute();
  return row;
}

/** Tells whether there is an enabled admin of all apps, other than `except`. */
export async function hasAdmin(queries: Queries, except?: string): Promise<boolean> {
  const row = await queries
    .selectFrom("people")
    .select("id")
    .where("role", "=", "admin")
    .where("apps", "=", toJsonText<AppScope>("all"))
    .where("is_disabled", "=", 0)
    .where("id", "!=", except ?? "")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Returns a person as the audit log names them. */
export function actorOf({ id, name }: Pick<PersonRow, "id" | "name">): AuditActor {
  return { kind: "person", id, name };
}

/** Returns a person as the API shows them. */
export function personBody(row: PersonRow): RouteBody<typeof routes.readPerson> {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    apps: scopeBody(fromJsonText(row.apps)),
    isDisabled: row.is_disabled === 1,
    createdAt: row.created_at,
    ...(row.last_seen_at === null ? {} : { lastSeenAt: row.last_seen_at }),
  };
}

/** The API's type of the same is writable. */
export function scopeBody(apps: AppScope): "all" | string[] {
  return apps === "all" ? apps : [...apps];
}
