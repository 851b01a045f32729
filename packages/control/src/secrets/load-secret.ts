import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Bytes } from "@holdfast/appstore/crypto";
import { secretError } from "./secret-error.ts";
import { readOrMakeSecretFile, readSecretFile, SECRET_BYTES } from "./secret-file.ts";

/** Where a secret comes from. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * The data directory of a server alone on its machine, where secrets are made at the first start
   * (0600). Without one, as on Postgres, they must be given: replicas would each make their own.
   */
  readonly dataDirectory?: string | undefined;
  /** Makes nothing: a secret that is not there is an error. Default false. */
  readonly mustExist?: boolean;
}

/** The master keys of a server. */
export interface MasterKeys {
  /** What seals. */
  readonly current: Bytes;
  /** What still opens while the key is being rotated. */
  readonly previous: readonly Bytes[];
}

/**
 * Returns the master keys: `HOLDFAST_MASTER_KEY`, the file that `HOLDFAST_MASTER_KEY_FILE` names, or
 * `master-key` in the data directory. One key a line: the first seals, the others still open.
 *
 * Throws SECRET_MISSING, SECRET_INVALID, SECRET_FILE_UNSAFE.
 */
export async function loadMasterKeys(sources: SecretSources): Promise<MasterKeys> {
  const { text, origin } = await findSecret("HOLDFAST_MASTER_KEY", MASTER_KEY_FILE, sources);
  return parseMasterKeys(text, origin);
}

/**
 * Returns the runtime secret: `HOLDFAST_RUNTIME_SECRET`, the file that `HOLDFAST_RUNTIME_SECRET_FILE`
 * names, or `runtime-secret` in the data directory, where the runtime on the same machine looks, too.
 *
 * Throws SECRET_MISSING, SECRET_INVALID, SECRET_FILE_UNSAFE.
 */
export async function loadRuntimeSecret(sources: SecretSources): Promise<Bytes> {
  const name = "HOLDFAST_RUNTIME_SECRET";
  const { text, origin } = await findSecret(name, "runtime-secret", sources);
  return parseSecret(text, origin);
}

/** The name of the master keys' file in a data directory. */
const MASTER_KEY_FILE = "master-key";

/** Returns where a data directory keeps its master keys. */
export function masterKeyPath(dataDirectory: string): string {
  return join(dataDirectory, MASTER_KEY_FILE);
}

/** Reads the text of master keys. Throws SECRET_INVALID. */
export function parseMasterKeys(text: string, origin: string): MasterKeys {
  const [first = "", ...others] = text.trim().split(/\s+/);
  return {
    current: parseSecret(first, origin),
    previous: others.map((other) => parseSecret(other, origin)),
  };
}

async function findSecret(
  name: string,
  fileName: string,
  { env, dataDirectory, mustExist = false }: SecretSources,
): Promise<{ readonly text: string; readonly origin: string }> {
  const given = env[name] ?? "";
  if (given !== "") return { text: given, origin: name };
  const file = env[`${name}_FILE`] ?? "";
  if (file !== "") return { text: await readSecretFile(file), origin: file };
  if (dataDirectory !== undefined) {
    const own = join(dataDirectory, fileName);
    if (mustExist && !existsSync(own)) throw missing(own, name);
    return { text: await readOrMakeSecretFile(own), origin: own };
  }
  throw secretError(
    "SECRET_MISSING",
    `expected ${name} or ${name}_FILE; make one with \`openssl rand -base64 ${SECRET_BYTES}\` and give every process the same`,
  );
}

function missing(path: string, name: string): Error {
  return secretError(
    "SECRET_MISSING",
    `expected ${path}, ${name} or ${name}_FILE, got none of them; put back the file the database was written with`,
  );
}

/** 32 bytes; Buffer alone would leave out what is no base64, and so take a damaged secret. */
const BASE64_OF_SECRET = /^[A-Za-z0-9+/_-]{43}=?$/;

function parseSecret(text: string, origin: string): Bytes {
  const trimmed = text.trim();
  if (BASE64_OF_SECRET.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, "base64"));
  throw secretError(
    "SECRET_INVALID",
    `${origin}: expected ${SECRET_BYTES} bytes in base64; make one with \`openssl rand -base64 ${SECRET_BYTES}\``,
  );
}
