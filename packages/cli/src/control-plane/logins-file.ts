import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { PolicyError, UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { codeOf, reasonOf } from "../files.ts";
import { writePrivateFile } from "../private-file.ts";
import { readRegularFile } from "../read-regular-file.ts";
import { locateConfigs } from "../storekit/credentials/config-locations.ts";
import { whyNotTrusted } from "../storekit/credentials/trusted-config.ts";

/** What is kept of a login: one for each server. */
export interface StoredLogin {
  /** The bearer token. */
  readonly token: string;
  /** When it ends, in milliseconds since 1970; absent where it does not. */
  readonly expiresAt?: number | undefined;
  /** The token was made elsewhere and given to us: it is not ours to revoke. */
  readonly isGiven?: boolean | undefined;
}

/** The logins of this user on this machine. */
export interface StoredLogins {
  /** The server that was logged in to last. */
  readonly defaultServer: string | undefined;
  readonly byServer: ReadonlyMap<string, StoredLogin>;
}

/** The file is ours, and is not as we write it; or others may have written it. */
class LoginsError extends PolicyError<"LOGINS_INVALID"> {}

const FILE = "logins.json";

/** Everything, for the group and for others. */
const OF_OTHERS = 0o077;

type LoginsIo = Pick<Io, "env" | "cwd">;

/**
 * Reads the logins of this user; without a file there are none. They are in a file and not in the keychain,
 * which containers and machines behind SSH lack: the tokens end by themselves and can be revoked. A project's directory is never looked at:
 * it could name a server of its author's.
 *
 * @throws LoginsError `LOGINS_INVALID`; the message never quotes the file
 */
export async function readLogins(io: LoginsIo & Pick<Io, "warn">): Promise<StoredLogins> {
  const path = findLoginsPath(io);
  if (path === undefined) return NONE;
  // Its directory too: who can write there can put another file in its place.
  const reason = existsSync(path) ? whyNotTrusted(path) : undefined;
  if (reason !== undefined) throw invalid(path, reason);
  try {
    const { text, mode } = await readRegularFile(path);
    if (process.platform !== "win32" && (mode & OF_OTHERS) !== 0) {
      io.warn(`${path}: other users may read the tokens in it: chmod 600 ${path}`);
    }
    return parseLogins(text, path);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return NONE;
    if (cause instanceof LoginsError) throw cause;
    throw invalid(path, reasonOf(cause));
  }
}

/**
 * Writes the logins of this user, readable by nobody else, and returns the file's path.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writeLogins(
  { defaultServer, byServer }: StoredLogins,
  io: LoginsIo,
): Promise<string> {
  const path = findLoginsPath(io);
  if (path === undefined) {
    const message =
      "there is no home directory to store the login in; set HOME, or HOLDFAST_CONFIG_PATH to a file beside which it may be kept";
    throw new UsageError("FILE_UNWRITABLE", message);
  }
  const document = { defaultServer, logins: Object.fromEntries(byServer) };
  await writePrivateFile(path, `${JSON.stringify(document, undefined, 2)}\n`);
  return path;
}

const NONE: StoredLogins = { defaultServer: undefined, byServer: new Map() };

/** Beside the user's own configuration. */
function findLoginsPath(io: LoginsIo): string | undefined {
  const { own } = locateConfigs(io, "holdfast");
  return own === undefined ? undefined : join(dirname(own), FILE);
}

function parseLogins(text: string, path: string): StoredLogins {
  const document = parseObject(text, path);
  const { defaultServer, logins = {} } = document;
  if (defaultServer !== undefined && typeof defaultServer !== "string") {
    throw invalid(path, "defaultServer: expected a text");
  }
  if (!isObject(logins)) throw invalid(path, "logins: expected an object");
  const byServer = Object.entries(logins).map(
    ([server, login]) => [server, parseLogin(login, path)] as const,
  );
  return { defaultServer, byServer: new Map(byServer) };
}

function parseLogin(login: unknown, path: string): StoredLogin {
  if (!isObject(login)) throw invalid(path, "logins: expected objects");
  const { token, expiresAt, isGiven } = login;
  if (typeof token !== "string" || token === "") {
    throw invalid(path, "token: expected a text that is not empty");
  }
  return {
    token,
    ...(typeof expiresAt === "number" ? { expiresAt } : {}),
    ...(isGiven === true ? { isGiven } : {}),
  };
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The parser's words quote the file.
  }
  throw invalid(path, "expected a JSON object");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(path: string, reason: string): LoginsError {
  return new LoginsError("LOGINS_INVALID", `${path}: ${reason}; mend it, or remove it`);
}
