import type { Io } from "../command.ts";
import { readLogins, writeLogins } from "./logins-file.ts";
import type { StoredLogin } from "./logins-file.ts";

/**
 * Makes sure that a login can be stored, before anything is done that only makes sense with one.
 *
 * @throws LoginsError `LOGINS_INVALID`
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function requireStorable(io: Pick<Io, "env" | "cwd" | "warn">): Promise<void> {
  await writeLogins(await readLogins(io), io);
}

/**
 * Stores the login of a server in place of the one before, makes the server the default one, and returns
 * the path of the file.
 *
 * @throws LoginsError `LOGINS_INVALID`
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function storeLogin(
  server: string,
  login: StoredLogin,
  io: Pick<Io, "env" | "cwd" | "warn">,
): Promise<string> {
  const { byServer } = await readLogins(io);
  return writeLogins({ defaultServer: server, byServer: new Map(byServer).set(server, login) }, io);
}

/**
 * Forgets the login of a server. Where it was the default one, another that is left is.
 *
 * @throws LoginsError `LOGINS_INVALID`
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function forgetLogin(
  server: string,
  io: Pick<Io, "env" | "cwd" | "warn">,
): Promise<void> {
  const { defaultServer, byServer } = await readLogins(io);
  const left = new Map(byServer);
  if (!left.delete(server)) return;
  const next = defaultServer === server ? [...left.keys()].at(-1) : defaultServer;
  await writeLogins({ defaultServer: next, byServer: left }, io);
}
