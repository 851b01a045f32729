import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { ApiRefusal, readCursor } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import { changesBetween } from "../audit/index.ts";
import { implement, pageOf } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { creationPosition } from "./creation-position.ts";
import { countLogin } from "./login-throttle.ts";
import { actorOf, addPerson, findByEmail, normalizeEmail, scopeBody } from "./people.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { startSession } from "./sessions.ts";
import { startOf } from "./sign-in.ts";
import type { AppScope, InvitationsTable } from "./tables.ts";

/** Returns the operations on invitations. */
export function invitationOperations(services: AccessServices): readonly Implementation[] {
  return [
    createInvitation(services),
    listInvitations(services),
    revokeInvitation(services),
    acceptInvitation(services),
  ];
}

type InvitationRow = Selectable<InvitationsTable>;

function createInvitation(services: AccessServices): Implementation {
  const { ids, lifetimes, publicUrl, random } = services;
  return implement(
    routes.createInvitation,
    async ({ body }, { caller, change, now }) => {
      const code = newSecret(random);
      const row = {
        id: `invitation_${ids()}`,
        code_hash: hashSecret(code),
        email: normalizeEmail(body.email),
        role: body.role,
        apps: toJsonText<AppScope>(body.apps),
        invited_by: caller.person,
        created_at: now,
        expires_at: now + lifetimes.invitationMs,
      };
      return change(async ({ queries, audit }) => {
        if ((await findByEmail(queries, row.email)) !== undefined) throw alreadyHere();
        await queries.insertInto("invitations").values(row).execute();
        await audit({
          target: row.id,
          summary: `invited ${row.email} as ${row.role}`,
          changes: changesBetween(undefined, body, ["email", "role", "apps"]),
        });
        return { body: { ...invitationBody(row), link: `${publicUrl}/join#${code}` } };
      });
    },
    { isAnswerSecret: true },
  );
}

function listInvitations({ database, now }: AccessServices): Implementation {
  const { operationId } = routes.listInvitations;
  return implement(routes.listInvitations, async ({ query: { limit, cursor } }) => {
    let open = database.queries
      .selectFrom("invitations")
      .selectAll()
      .where("expires_at", ">", now())
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(limit + 1);
    if (cursor !== undefined) {
      const [at, id] = readCursor(cursor, { operationId, kinds: ["number", "string"] });
      open = open.where((row) => row(row.refTuple("created_at", "id"), "<", row.tuple(at, id)));
    }
    const rows = await open.execute();
    return {
      body: pageOf(rows, {
        operationId,
        limit,
        itemOf: invitationBody,
        positionOf: creationPosition,
      }),
    };
  });
}

function revokeInvitation({ database }: AccessServices): Implementation {
  return implement(routes.revokeInvitation, async ({ params: { invitation } }, { change }) => {
    const found = await database.queries
      .selectFrom("invitations")
      .select("email")
      .where("id", "=", invitation)
      .executeTakeFirst();
    if (found === undefined) {
      throw new ApiRefusal("NOT_FOUND", "revokeInvitation: no such open invitation");
    }
    return change(async ({ queries, audit }) => {
      await queries.deleteFrom("invitations").where("id", "=", invitation).execute();
      await audit({ target: invitation, summary: `took back the invitation of ${found.email}` });
      return {};
    });
  });
}

function acceptInvitation(services: AccessServices): Implementation {
  const { database, ids, passwords } = services;
  return implement(routes.acceptInvitation, async ({ body }, { client, change, now }) => {
    const giveBack = await countLogin(database.queries, { address: client.address, now });
    const code = { hash: hashSecret(body.code), now };
    // Before the password is hashed: that is work nobody shall cause without a code.
    if ((await findInvitation(database.queries, code)) === undefined) throw wrongCode();
    const passwordHash = await passwords.hash(body.password);
    const id = `person_${ids()}`;
    const answer = await change(async (inside) => {
      const { queries } = inside;
      const invitation = await takeInvitation(queries, code);
      if (invitation === undefined) throw wrongCode();
      const { email, role } = invitation;
      const apps = fromJsonText(invitation.apps);
      const joining = { id, email, name: body.name, role, apps, passwordHash, now };
      const person = await addPerson(queries, joining);
      if (person === undefined) throw wrongCode();
      await inside.audit({
        actor: actorOf(person),
        target: id,
        summary: `joined as ${email} by invitation`,
        changes: changesBetween(undefined, joining, ["email", "name", "role", "apps"]),
      });
      return startSession(queries, person, { services, ...startOf(client, now) });
    });
    await giveBack();
    return answer;
  });
}

interface Code {
  readonly hash: string;
  readonly now: number;
}

async function findInvitation(
  queries: Queries,
  { hash, now }: Code,
): Promise<InvitationRow | undefined> {
  return queries
    .selectFrom("invitations")
    .selectAll()
    .where("code_hash", "=", hash)
    .where("expires_at", ">", now)
    .executeTakeFirst();
}

/** Of two who use the same link at once, one gets it. */
async function takeInvitation(
  queries: Queries,
  { hash, now }: Code,
): Promise<InvitationRow | undefined> {
  return queries
    .deleteFrom("invitations")
    .where("code_hash", "=", hash)
    .where("expires_at", ">", now)
    .returningAll()
    .executeTakeFirst();
}

function invitationBody(
  row: InvitationRow,
): RouteBody<typeof routes.listInvitations>["items"][number] {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    apps: scopeBody(fromJsonText(row.apps)),
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

function alreadyHere(): ApiRefusal {
  return new ApiRefusal("CONFLICT", "createInvitation: the address is a person's already", {
    advice: "change that person's role instead, or enable them again",
  });
}

function wrongCode(): ApiRefusal {
  return new ApiRefusal("UNAUTHENTICATED", "acceptInvitation: the code is wrong, used or expired", {
    advice: "ask for another invitation",
  });
}
