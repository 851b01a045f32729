import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Io } from "../../command.ts";
import { reasonOf } from "../../files.ts";
import { CredentialsError } from "./credentials-error.ts";

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
    return await readFile(resolveKeyPath(path, io), "utf8");
  } catch (cause) {
    const message = `private key ${path}: ${reasonOf(cause)}; App Store Connect gives the file once, as AuthKey_….p8 or SubscriptionKey_….p8`;
    throw new CredentialsError("PRIVATE_KEY_UNREADABLE", message, { cause });
  }
}
