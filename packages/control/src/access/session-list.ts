import { routes } from "@holdfast/api";
import type { RouteInput } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import { implement, pageOf } from "../http/index.ts";
import type { Caller, Implementation } from "../http/index.ts";
import { fromJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { mayEnd } from "./covers-access.ts";
import { creationPosition } from "./creation-position.ts";
import type { SessionsTable } from "./tables.ts";

const { operationId } = routes.listSessions;

/** Returns the operations on one's own sessions. */
export function sessionListOperations(services: AccessServices): readonly Implementation[] {
  const { database } = services;
  return [
    implement(routes.listSessions, async ({ query }, { caller }) => {
      const rows = await select(query, caller, services);
      const itemOf = (row: SessionRow) => sessionEntry(row, caller);
      const { limit } = query;
      return { body: pageOf(rows, { operationId, limit, itemOf, positionOf: creationPosition }) };
    }),
    implement(routes.revokeSession, async ({ params: { session } }, { caller, change }) => {
      const person = await findPersonOf(database.queries, session, caller);
      if (person === undefined) throw noSuchSession();
      const power = { role: person.role, apps: fromJsonText(person.apps) };
      if (!mayEnd(caller, power)) throw mayLess();
      return change(async ({ queries, audit }) => {
        await queries.deleteFrom("sessions").where("id", "=", session).execute();
        await audit({ target: session, summary: "ended one of their sessions" });
        return {};
      });
    }),
  ];
}

type SessionRow = Selectable<SessionsTable>;

async function select(
  { limit, cursor }: RouteInput<typeof routes.listSessions>["query"],
  { person }: Caller,
  { database: { queries }, lifetimes, now }: AccessServices,
): Promise<readonly SessionRow[]> {
  const at = now();
  const rows = queries
    .selectFrom("sessions")
    .selectAll()
    .where("person", "=", person)
    .where("expires_at", ">", at)
    .where("last_seen_at", ">", at - lifetimes.sessionIdleMs)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (cursor === undefined) return rows.execute();
  const [createdAt, id] = readCursor(cursor, { operationId, kinds: ["number", "string"] });
  return rows
    .where((row) => row(row.refTuple("created_at", "id"), "<", row.tuple(createdAt, id)))
    .execute();
}

function sessionEntry(row: SessionRow, caller: Caller) {
  return {
    id: row.id,
    ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
    isCurrent: row.id === caller.session,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}

/** Returns whom a session of the caller's speaks for; undefined where it is none of theirs. */
async function findPersonOf(queries: Queries, session: string, { person }: Caller) {
  return queries
    .selectFrom("sessions")
    .innerJoin("people", "people.id", "sessions.person")
    .select(["people.role", "people.apps"])
    .where("sessions.id", "=", session)
    .where("sessions.person", "=", person)
    .executeTakeFirst();
}

function noSuchSession(): ApiRefusal {
  return new ApiRefusal("NOT_FOUND", "revokeSession: no such session of the caller's");
}

function mayLess(): ApiRefusal {
  return new ApiRefusal(
    "FORBIDDEN",
    "revokeSession: the session may more than the token that asks",
    {
      advice: "sign in, or use a token that may as much as its person",
    },
  );
}
