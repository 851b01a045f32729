import { routes } from "@holdfast/api";
import type { RouteInput } from "@holdfast/api";
import { ApiRefusal, etagOf, readCursor } from "@holdfast/api/server";
import type { Updateable } from "kysely";
import { changesBetween } from "../audit/index.ts";
import { assertMatch, implement, pageOf, versionMoved } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { creationPosition } from "./creation-position.ts";
import { ADMINS_LOCK, hasAdmin, personBody } from "./people.ts";
import type { PersonRow } from "./people.ts";
import type { AppScope, PeopleTable } from "./tables.ts";

/** Returns the operations on people. */
export function peopleOperations(services: AccessServices): readonly Implementation[] {
  return [listPeople(services), readPerson(services), updatePerson(services)];
}

type PersonChange = RouteInput<typeof routes.updatePerson>["body"];

function listPeople({ database }: AccessServices): Implementation {
  const { operationId } = routes.listPeople;
  return implement(routes.listPeople, async ({ query: { limit, cursor } }) => {
    let people = database.queries
      .selectFrom("people")
      .selectAll()
      .orderBy("created_at")
      .orderBy("id")
      .limit(limit + 1);
    if (cursor !== undefined) {
      const [at, id] = readCursor(cursor, { operationId, kinds: ["number", "string"] });
      people = people.where((row) => row(row.refTuple("created_at", "id"), ">", row.tuple(at, id)));
    }
    const rows = await people.execute();
    return {
      body: pageOf(rows, { operationId, limit, itemOf: personBody, positionOf: creationPosition }),
    };
  });
}

function readPerson({ database }: AccessServices): Implementation {
  return implement(routes.readPerson, async ({ params }) => {
    const person = await findPerson(database.queries, params.person);
    return { body: personBody(person), etag: etagOf(person.version) };
  });
}

function updatePerson({ database }: AccessServices): Implementation {
  return implement(routes.updatePerson, async ({ params, body, ifMatch }, { change, now }) =>
    // One at a time: two admins who disable each other must not both succeed.
    database.lock(ADMINS_LOCK, async () =>
      change(async ({ queries, audit }) => {
        const before = await findPerson(queries, params.person);
        assertMatch(ifMatch, before.version);
        const after = await write(queries, before, body);
        if (isAdmin(before) && !isAdmin(after) && !(await hasAdmin(queries, before.id))) {
          throw lastAdmin();
        }
        if (after.is_disabled === 1) await endAccess(queries, after.id, now);
        if (!isAdmin(after)) await takeBackInvitations(queries, after.id);
        const [old, renewed] = [personBody(before), personBody(after)];
        await audit({
          target: after.id,
          summary: `changed ${after.email}`,
          changes: changesBetween(old, renewed, ["name", "role", "apps", "isDisabled"]),
        });
        return { body: renewed, etag: etagOf(after.version) };
      }),
    ),
  );
}

async function findPerson(queries: Queries, id: string): Promise<PersonRow> {
  const row = await queries
    .selectFrom("people")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new ApiRefusal("NOT_FOUND", "no such person");
  return row;
}

async function write(
  queries: Queries,
  { id, version }: PersonRow,
  { name, role, apps, isDisabled }: PersonChange,
): Promise<PersonRow> {
  const columns: Updateable<PeopleTable> = {
    version: version + 1,
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(apps === undefined ? {} : { apps: toJsonText<AppScope>(apps) }),
    ...(isDisabled === undefined ? {} : { is_disabled: isDisabled ? 1 : 0 }),
  };
  const row = await queries
    .updateTable("people")
    .set(columns)
    .where("id", "=", id)
    .where("version", "=", version)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw versionMoved();
  return row;
}

/** Of all apps: an admin of some cannot look after people. */
function isAdmin({ role, apps, is_disabled: isDisabled }: PersonRow): boolean {
  return role === "admin" && apps === toJsonText<AppScope>("all") && isDisabled === 0;
}

/** Who is enabled again later signs in anew and makes new tokens. */
async function endAccess(queries: Queries, person: string, now: number): Promise<void> {
  await queries.deleteFrom("sessions").where("person", "=", person).execute();
  await queries
    .updateTable("api_tokens")
    .set({ revoked_at: now })
    .where("person", "=", person)
    .where("revoked_at", "is", null)
    .execute();
}

/** What they could not promise any more must not be had by their links. */
async function takeBackInvitations(queries: Queries, person: string): Promise<void> {
  await queries.deleteFrom("invitations").where("invited_by", "=", person).execute();
}

function lastAdmin(): ApiRefusal {
  return new ApiRefusal("CONFLICT", "updatePerson: nobody would be left as an admin of all apps", {
    advice: "make somebody else an admin of all apps first",
  });
}
