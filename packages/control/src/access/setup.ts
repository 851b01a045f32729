import { routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import type { AccessServices } from "./access-services.ts";
import { countLogin } from "./login-throttle.ts";
import { actorOf, addPerson, ADMINS_LOCK, hasAdmin } from "./people.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { startSession } from "./sessions.ts";

/** How to make the first admin. */
export interface SetupLink {
  /** To be shown to whoever started the server, and to nobody else. Its code stands behind `#`, which browsers do not send. */
  readonly url: string;
  readonly expiresAt: number;
}

/**
 * Returns a link to make the first admin by, where there is none yet; undefined where there is. Each
 * start, of each replica, makes one of its own, and the first that is used ends all.
 *
 * @throws what the database throws
 */
export async function prepareSetup(services: AccessServices): Promise<SetupLink | undefined> {
  const { database, lifetimes, publicUrl, random } = services;
  if (await hasAdmin(database.queries)) return undefined;
  const code = newSecret(random);
  const now = services.now();
  const expiresAt = now + lifetimes.setupMs;
  await database.queries
    .insertInto("setup_codes")
    .values({ code_hash: hashSecret(code), created_at: now, expires_at: expiresAt })
    .execute();
  return { url: `${publicUrl}/setup#${code}`, expiresAt };
}

/** Returns the operations of the first setup. */
export function setupOperations(services: AccessServices): readonly Implementation[] {
  const { database } = services;
  return [
    implement(routes.readSetup, async () => ({
      body: { isDone: await hasAdmin(database.queries) },
    })),
    createFirstAdmin(services),
  ];
}

function createFirstAdmin(services: AccessServices): Implementation {
  const { database, ids, passwords } = services;
  return implement(routes.createFirstAdmin, async ({ body }, { client, change, now }) => {
    const { queries } = database;
    const giveBack = await countLogin(queries, { address: client.address, now });
    const code = { hash: hashSecret(body.code), now };
    // Before the password is hashed: that is work nobody shall cause without a code.
    await assertUsable(queries, code);
    const passwordHash = await passwords.hash(body.password);
    const { email, name } = body;
    const id = `person_${ids()}`;
    const answer = await database.lock(ADMINS_LOCK, async () =>
      change(async (inside) => {
        await assertUsable(inside.queries, code);
        await inside.queries.deleteFrom("setup_codes").execute();
        const admin = { id, email, name, role: "admin", apps: "all", passwordHash, now } as const;
        const person = await addPerson(inside.queries, admin);
        if (person === undefined) throw alreadyDone();
        const summary = `made the first admin, ${person.email}`;
        await inside.audit({ actor: actorOf(person), target: id, summary });
        const { userAgent, sessionSecret: replaces } = client;
        return startSession(inside.queries, person, { services, userAgent, replaces, now });
      }),
    );
    await giveBack();
    return answer;
  });
}

interface Code {
  readonly hash: string;
  readonly now: number;
}

/** The first admin and the end of all codes come together, so whoever finds no code any more finds the admin. */
async function assertUsable(queries: Queries, code: Code): Promise<void> {
  const isValid = await isValidCode(queries, code);
  if (await hasAdmin(queries)) throw alreadyDone();
  if (!isValid) throw wrongCode();
}

async function isValidCode(queries: Queries, { hash, now }: Code): Promise<boolean> {
  const row = await queries
    .selectFrom("setup_codes")
    .select("code_hash")
    .where("code_hash", "=", hash)
    .where("expires_at", ">", now)
    .executeTakeFirst();
  return row !== undefined;
}

function alreadyDone(): ApiRefusal {
  return new ApiRefusal("CONFLICT", "createFirstAdmin: there is an admin already", {
    advice: "sign in, or ask an admin for an invitation",
  });
}

function wrongCode(): ApiRefusal {
  return new ApiRefusal("UNAUTHENTICATED", "createFirstAdmin: the code is wrong, used or expired", {
    advice: "restart the server to have it print another link",
  });
}
