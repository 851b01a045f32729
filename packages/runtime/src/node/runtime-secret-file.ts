import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Bytes } from "@holdfast/appstore/crypto";
import { RUNTIME_SECRET_BYTES } from "../keys/runtime-secret.ts";
import { readOrCreateSecretFile } from "./secret-file.ts";

/** The name of the file a lone host keeps its runtime secret in, inside its data directory. */
const RUNTIME_SECRET_FILE = "runtime-secret";

/**
 * Returns the runtime secret: `HOLDFAST_RUNTIME_SECRET`, the file `HOLDFAST_RUNTIME_SECRET_FILE`
 * names, or the one in the data directory, made there at the first start (0600).
 *
 * @throws UsageError `RUNTIME_SECRET_INVALID` when it is not 32 bytes in base64 or base64url, or when
 * the named file cannot be read; `SECRET_FILE_UNSAFE` when others can use the one in the data directory
 */
export async function loadRuntimeSecret(
  dataDirectory: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Bytes> {
  const given = env["HOLDFAST_RUNTIME_SECRET"];
  if (given !== undefined && given !== "") return parseSecret(given, "HOLDFAST_RUNTIME_SECRET");
  const file = env["HOLDFAST_RUNTIME_SECRET_FILE"];
  if (file !== undefined && file !== "") return parseSecret(await readNamed(file), file);
  const own = join(dataDirectory, RUNTIME_SECRET_FILE);
  return parseSecret(await readOrCreateSecretFile(own, randomSecret), own);
}

function randomSecret(): string {
  return `${randomBytes(RUNTIME_SECRET_BYTES).toString("base64")}\n`;
}

async function readNamed(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const message = `${file}: the file cannot be read`;
    throw new UsageError("RUNTIME_SECRET_INVALID", message, { cause });
  }
}

/** 32 bytes; Buffer alone would leave out what is no base64, and so take a damaged secret. */
const BASE64_OF_SECRET = /^[A-Za-z0-9+/_-]{43}=?$/;

function parseSecret(text: string, origin: string): Bytes {
  const trimmed = text.trim();
  if (BASE64_OF_SECRET.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, "base64"));
  throw new UsageError(
    "RUNTIME_SECRET_INVALID",
    `${origin}: expected ${RUNTIME_SECRET_BYTES} bytes in base64; make one with \`openssl rand -base64 ${RUNTIME_SECRET_BYTES}\``,
  );
}
