import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { reasonOf } from "../files.ts";
import { readRegularFile } from "../read-regular-file.ts";
import { ConnectionError } from "./find-server.ts";
import { readLogins } from "./logins-file.ts";

/** A token, and where it is from. */
export interface FoundToken {
  readonly token: string;
  /** `HOLDFAST_TOKEN`, `HOLDFAST_TOKEN_FILE` or the stored login. */
  readonly source: "HOLDFAST_TOKEN" | "HOLDFAST_TOKEN_FILE" | "login";
}

type TokenIo = Pick<Io, "env" | "cwd" | "now" | "warn">;

/**
 * Returns the token to speak to a server with: `HOLDFAST_TOKEN`, the file that `HOLDFAST_TOKEN_FILE` names,
 * or the stored login of this very server. Never the command line, which other users can see.
 *
 * @throws ConnectionError `LOGIN_MISSING`, `TOKEN_UNREADABLE`
 * @throws LoginsError `LOGINS_INVALID`
 * @throws UsageError `OPTION_INVALID`
 */
export async function findToken(server: string, io: TokenIo): Promise<FoundToken> {
  const { HOLDFAST_TOKEN: token = "", HOLDFAST_TOKEN_FILE: file = "" } = io.env;
  if (token !== "" && file !== "") {
    const message = "expected HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE, got both";
    throw new UsageError("OPTION_INVALID", message);
  }
  if (token !== "") {
    return { token: parseToken(token, "HOLDFAST_TOKEN"), source: "HOLDFAST_TOKEN" };
  }
  if (file !== "") {
    const read = await readTokenFile(file, io);
    return { token: parseToken(read, "HOLDFAST_TOKEN_FILE"), source: "HOLDFAST_TOKEN_FILE" };
  }
  return { token: await storedToken(server, io), source: "login" };
}

/**
 * Reads a file that holds a token and nothing else.
 *
 * @throws ConnectionError `TOKEN_UNREADABLE`
 */
async function readTokenFile(path: string, { cwd }: Pick<Io, "cwd">): Promise<string> {
  try {
    return (await readRegularFile(resolve(cwd, path))).text;
  } catch (cause) {
    throw new ConnectionError("TOKEN_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Returns a token without the white space around it.
 *
 * @param origin - where the text is from, for the error
 * @throws UsageError `OPTION_INVALID`; the message does not repeat the text
 */
export function parseToken(text: string, origin: string): string {
  const token = text.trim();
  // What a header can hold, and the server takes.
  if (/^[\x21-\x7e]{1,256}$/.test(token)) return token;
  throw new UsageError("OPTION_INVALID", `${origin}: expected a token as it was shown once`);
}

async function storedToken(server: string, io: TokenIo): Promise<string> {
  const login = (await readLogins(io)).byServer.get(server);
  if (login === undefined) {
    throw new ConnectionError(
      "LOGIN_MISSING",
      `there is no login for ${server}: holdfast login --server ${server}, or set HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE`,
    );
  }
  if (login.expiresAt !== undefined && login.expiresAt <= io.now()) {
    throw new ConnectionError(
      "LOGIN_MISSING",
      `the login for ${server} ended at ${new Date(login.expiresAt).toISOString()}: holdfast login --server ${server}`,
    );
  }
  return login.token;
}
