import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Io } from "../../command.ts";
import { reasonOf } from "../../files.ts";
import { readRegularFile } from "../../read-regular-file.ts";
import { CredentialsError } from "./credentials-error.ts";

/** Everything, for the group and for others. */
const OF_OTHERS = 0o077;

/**
 * Returns the absolute path of a private key's file: `~` is the home directory, and what is relative
 * starts from the working directory.
 */
export function resolveKeyPath(path: string, { cwd, env }: Pick<Io, "cwd" | "env">): string {
  const home = env["HOME"] ?? env["USERPROFILE"];
  if (home !== undefined && /^~[/\\]/.test(path)) return join(home, path.slice(2));
  return resolve(cwd, path);
}

/**
 * Reads a private key's file.
 *
 * @throws CredentialsError `PRIVATE_KEY_UNREADABLE`
 */
export async function readPrivateKeyFile(
  path: string,
  io: Pick<Io, "cwd" | "env">,
): Promise<string> {
  try {
    return (await readRegularFile(resolveKeyPath(path, io))).text;
  } catch (cause) {
    const message = `private key ${path}: ${reasonOf(cause)}; App Store Connect gives the file once, as AuthKey_….p8 or SubscriptionKey_….p8`;
    throw new CredentialsError("PRIVATE_KEY_UNREADABLE", message, { cause });
  }
}

/** A private key's file that others than its owner may read. */
export interface ExposedKeyFile {
  readonly message: string;
  readonly advice: string;
}

/**
 * Says that others may read or change a private key's file; undefined where they may not, where there
 * is none, and on Windows, which has no such permissions.
 *
 * @param path - absolute
 */
export async function findExposedKeyFile(path: string): Promise<ExposedKeyFile | undefined> {
  const mode = await stat(path).then(
    (stats) => stats.mode & 0o777,
    () => 0,
  );
  if (process.platform === "win32" || (mode & OF_OTHERS) === 0) return undefined;
  return {
    message: `private key ${path}: other users may read it or change it (mode ${mode.toString(8)})`,
    advice: `chmod 600 ${path}`,
  };
}

/** Warns of a private key's file that others than its owner may read. */
export async function warnOfExposedKeyFile(
  path: string | undefined,
  io: Pick<Io, "warn">,
): Promise<void> {
  const exposed = path === undefined ? undefined : await findExposedKeyFile(path);
  if (exposed !== undefined) io.warn(`${exposed.message}: ${exposed.advice}`);
}
