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
  const { body: token } = await client.call(routes.createToken, {
    body: {
      name: `command line on ${hostname()}`.slice(0, 120),
      role: role ?? session.role,
      apps: session.apps,
      expiresAt: io.now() + days * DAY_MS,
    },
  });
  const expiresAt = token.expiresAt ?? io.now() + days * DAY_MS;
  try {
    const path = await storeLogin(server, { token: token.secret, expiresAt }, io);
    return { path, tokenId: token.id, role: token.role, expiresAt };
  } catch (error) {
    // What nobody has kept is of no use to anybody.
    await client.call(routes.revokeToken, { params: { token: token.id } });
    throw error;
  } finally {
    await client.call(routes.deleteSession).catch(() => undefined);
  }
}
