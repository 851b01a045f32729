import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { implement } from "../http/index.ts";
import type { Client, Implementation } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { countLogin } from "./login-throttle.ts";
import { actorOf, findByEmail, normalizeEmail } from "./people.ts";
import type { PersonRow } from "./people.ts";
import { endSession, sessionBody, startSession } from "./sessions.ts";
import type { SessionStart } from "./sessions.ts";

/** Returns the operations of signing in and out, and of one's own password. */
export function signInOperations(services: AccessServices): readonly Implementation[] {
  return [
    createSession(services),
    implement(routes.readSession, async (_, { caller }) => ({ body: sessionBody(caller) }), {
      letsRuntimesIn: true,
    }),
    deleteSession(services),
    changePassword(services),
  ];
}

function createSession(services: AccessServices): Implementation {
  const { database, passwords } = services;
  return implement(routes.createSession, async ({ body }, { client, change, now }) => {
    const { queries } = database;
    const email = normalizeEmail(body.email);
    const giveBack = await countLogin(queries, { email, address: client.address, now });
    const person = await findByEmail(queries, email);
    const isRight = await passwords.verify(body.password, person?.password_hash);
    if (!isRight || person === undefined || person.is_disabled === 1) throw wrongCredentials();
    const passwordHash = await upgradedHash(services, person, body.password);
    const answer = await change(async (inside) => {
      if (!(await seize(inside.queries, person, { passwordHash, now }))) throw wrongCredentials();
      await inside.audit({
        actor: actorOf(person),
        target: person.id,
        summary: "signed in with their password",
      });
      return startSession(inside.queries, person, { services, ...startOf(client, now) });
    });
    await giveBack();
    return answer;
  });
}

/** Returns the browser a session begins in. */
export function startOf({ userAgent, sessionSecret }: Client, now: number): SessionStart {
  return { userAgent, replaces: sessionSecret, now };
}

/** A hash that was cheaper than those of now is replaced while the password is at hand. */
async function upgradedHash(
  { passwords }: AccessServices,
  { password_hash: kept }: PersonRow,
  password: string,
): Promise<string | null> {
  return kept !== null && passwords.isOutdated(kept) ? passwords.hash(password) : kept;
}

/** Comparing took its time: the person must still be the one that was compared, and enabled. */
async function seize(
  queries: Queries,
  { id, password_hash: compared }: PersonRow,
  { passwordHash, now }: { readonly passwordHash: string | null; readonly now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await queries
    .updateTable("people")
    .set({ password_hash: passwordHash, last_seen_at: now })
    .where("id", "=", id)
    .where("password_hash", "=", compared)
    .where("is_disabled", "=", 0)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function deleteSession({ cookies }: AccessServices): Implementation {
  return implement(routes.deleteSession, async (_, { caller, client, change }) => {
    const { sessionSecret } = client;
    // A token speaks for itself, whatever cookie comes along.
    if (caller.kind !== "person" || sessionSecret === undefined) return {};
    return change(async ({ queries, audit }) => {
      await endSession(queries, sessionSecret);
      await audit({ target: caller.id, summary: "signed out" });
      return { headers: { "Set-Cookie": cookies.clearSession() } };
    });
  });
}

function changePassword(services: AccessServices): Implementation {
  const { database, passwords } = services;
  return implement(routes.changePassword, async ({ body }, { caller, client, change, now }) => {
    if (caller.kind !== "person") {
      throw new ApiRefusal("FORBIDDEN", "changePassword: expected a person, got a token");
    }
    const { queries } = database;
    const person = await queries
      .selectFrom("people")
      .selectAll()
      .where("id", "=", caller.id)
      .executeTakeFirstOrThrow();
    const attempt = { email: person.email, address: client.address, now };
    const giveBack = await countLogin(queries, attempt);
    const isRight = await passwords.verify(body.currentPassword, person.password_hash);
    if (!isRight) throw wrongPassword();
    const passwordHash = await passwords.hash(body.newPassword);
    const answer = await change(async (inside) => {
      if (!(await seize(inside.queries, person, { passwordHash, now }))) throw wrongPassword();
      await inside.queries.deleteFrom("sessions").where("person", "=", person.id).execute();
      await inside.audit({
        target: person.id,
        summary: "changed their password and ended their other sessions",
      });
      const start = startOf(client, now);
      const { headers } = await startSession(inside.queries, person, { services, ...start });
      return { headers };
    });
    await giveBack();
    return answer;
  });
}

function wrongCredentials(): ApiRefusal {
  return new ApiRefusal("UNAUTHENTICATED", "createSession: the address or the password is wrong", {
    advice: "check both; an admin can tell whether the account is enabled",
  });
}

/** No 401, which would say that the session is over. */
function wrongPassword(): ApiRefusal {
  return new ApiRefusal("INPUT_INVALID", "changePassword: 1 issue in what was sent", {
    issues: [{ path: ["body", "currentPassword"], message: "is not the password of now" }],
  });
}
