import { hostname } from "node:os";
import { routes } from "@holdfast/api";
import type { Role, RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { Io } from "../command.ts";
import { storeLogin } from "./stored-logins.ts";

/** Who is calling, as the control plane says. */
type SessionBody = RouteBody<typeof routes.readSession>;

/** What a person's session is made a login of this machine with. */
export interface StoreSessionOptions {
  /** Speaks for the session. */
  readonly client: ApiClient;
  readonly server: string;
  readonly session: SessionBody;
  /** What the token may do; default what the person may. */
  readonly role?: Role | undefined;
  /** Days until the token ends. */
  readonly days: number;
}

/** A login as it was stored. */
export interface StoredSession {
  /** The file it is in. */
  readonly path: string;
  /** The token's id; no secret. */
  readonly tokenId: string;
  readonly role: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The longest name of a token. */
const MAX_NAME_LENGTH = 120;

const DAY_MS = 24 * 3_600_000;

/**
 * Makes a token for this machine, stores it as the login of the server, and ends the session: what is left
 * of it is the token, which can be seen and revoked by itself.
 *
 * @throws ControlCallError
 * @throws LoginsError `LOGINS_INVALID`
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function storeSession(
  { client, server, session, role, days }: StoreSessionOptions,
  io: Pick<Io, "env" | "cwd" | "now" | "warn">,
): Promise<StoredSession> {
  const expiresAt = io.now() + days * DAY_MS;
  try {
    const { body: token } = await client.call(routes.createToken, {
      body: {
        name: `command line on ${hostname()}`.slice(0, MAX_NAME_LENGTH),
        role: role ?? session.role,
        apps: session.apps,
        expiresAt,
      },
    });
    const path = await storeOrRevoke({ client, server, token: { ...token, expiresAt } }, io);
    return { path, tokenId: token.id, role: token.role, expiresAt };
  } finally {
    // It ends by itself, too; what was asked for is done or has failed for a better reason.
    await client.call(routes.deleteSession).catch(() => undefined);
  }
}

/** A token that was just made. */
interface MadeToken {
  readonly client: ApiClient;
  readonly server: string;
  readonly token: { readonly id: string; readonly secret: string; readonly expiresAt: number };
}

/** Returns the file's path. What could not be kept is of no use to anybody. */
async function storeOrRevoke(
  { client, server, token: { id, secret, expiresAt } }: MadeToken,
  io: Pick<Io, "env" | "cwd" | "warn">,
): Promise<string> {
  try {
    return await storeLogin(server, { token: secret, expiresAt }, io);
  } catch (error) {
    await client.call(routes.revokeToken, { params: { token: id } });
    throw error;
  }
}
