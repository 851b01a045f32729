import type { RouteBody, routes } from "@holdfast/api";
import type { Caller } from "../http/index.ts";
import { fromJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { scopeBody } from "./people.ts";
import type { PersonRow } from "./people.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/** How exactly it is kept when something was last used, ms. */
export const SEEN_EVERY_MS = 60_000;

/** The browser a session begins in. */
export interface SessionStart {
  readonly userAgent: string | undefined;
  /** The cookie the browser had: that session ends. */
  readonly replaces: string | undefined;
  readonly now: number;
}

/** A sign-in's answer. */
export interface SignedIn {
  readonly body: RouteBody<typeof routes.readSession>;
  readonly headers: { readonly "Set-Cookie": string };
}

/**
 * Begins a session with a secret of our making, whatever cookie came along, and ends the one it replaces:
 * who knew the old cookie knows nothing of the new one.
 */
export async function startSession(
  queries: Queries,
  person: PersonRow,
  { services, userAgent, replaces, now }: SessionStart & { readonly services: AccessServices },
): Promise<SignedIn> {
  const { cookies, ids, lifetimes, random } = services;
  if (replaces !== undefined) await endSession(queries, replaces);
  const secret = newSecret(random);
  const id = `session_${ids()}`;
  const expiresAt = now + lifetimes.sessionMs;
  await queries
    .insertInto("sessions")
    .values({
      id,
      secret_hash: hashSecret(secret),
      person: person.id,
      user_agent: userAgent ?? null,
      created_at: now,
      last_seen_at: now,
      expires_at: expiresAt,
    })
    .execute();
  return {
    body: sessionBody({ ...callerOf(person), session: id, expiresAt }),
    headers: { "Set-Cookie": cookies.setSession(secret, lifetimes.sessionMs) },
  };
}

/** Ends the session a cookie opens; nothing where it opens none. */
export async function endSession(queries: Queries, secret: string): Promise<void> {
  await queries.deleteFrom("sessions").where("secret_hash", "=", hashSecret(secret)).execute();
}

/** Returns who a session's cookie speaks for; undefined where it opens nothing, or nothing any more. */
export async function findSession(
  secret: string,
  { database: { queries }, lifetimes, now }: AccessServices,
): Promise<Caller | undefined> {
  const at = now();
  const row = await queries
    .selectFrom("sessions")
    .innerJoin("people", "people.id", "sessions.person")
    .selectAll("people")
    .select(["sessions.id as session", "sessions.expires_at", "sessions.last_seen_at as seen"])
    .where("sessions.secret_hash", "=", hashSecret(secret))
    .where("sessions.expires_at", ">", at)
    .where("sessions.last_seen_at", ">", at - lifetimes.sessionIdleMs)
    .where("people.is_disabled", "=", 0)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (at - row.seen >= SEEN_EVERY_MS) await markSeen(queries, { ...row, at });
  return { ...callerOf(row), session: row.session, expiresAt: row.expires_at };
}

interface Seen {
  readonly id: string;
  readonly session: string;
  readonly at: number;
}

/** A full disk must not keep people from looking. */
async function markSeen(queries: Queries, { id, session, at }: Seen): Promise<void> {
  try {
    const seen = { last_seen_at: at };
    await queries.updateTable("sessions").set(seen).where("id", "=", session).execute();
    await queries.updateTable("people").set(seen).where("id", "=", id).execute();
  } catch {
    // Noted at the next request, then.
  }
}

function callerOf({ id, name, role, apps }: PersonRow): Caller {
  return { kind: "person", id, person: id, name, role, apps: fromJsonText(apps) };
}

/** Returns a caller as the API shows them. */
export function sessionBody(caller: Caller): RouteBody<typeof routes.readSession> {
  const { kind, id, name, role, apps, expiresAt } = caller;
  return {
    kind,
    id,
    name,
    role,
    apps: scopeBody(apps),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
