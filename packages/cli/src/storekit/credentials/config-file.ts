import { UsageError } from "@holdfast/appstore/errors";
import { codeOf, reasonOf } from "../../files.ts";
import { writePrivateFile } from "../../private-file.ts";
import { readRegularFile } from "../../read-regular-file.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { CredentialIdentity } from "./stored-credential.ts";

/** One key of a configuration file: the path of its private key, never the key. */
export interface ConfigKey extends CredentialIdentity {
  readonly privateKeyPath: string;
}

/** A configuration file, of the shape `asc` has, too. What we do not know in it is kept. */
export interface ConfigFile {
  readonly path: string;
  readonly defaultKeyName: string | undefined;
  readonly keys: readonly ConfigKey[];
  /** The file's JSON as it was read. */
  readonly document: JsonObject;
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a configuration file; one that is not there is empty.
 *
 * @throws CredentialsError `CONFIG_INVALID`; the message never quotes the file
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    ({ text } = await readRegularFile(path));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return parseConfig({}, path);
    throw invalid(path, reasonOf(cause));
  }
  return parseConfig(parseObject(text, path), path);
}

/** Returns the file with this key, in the place of one with its name. */
export function withKey(file: ConfigFile, key: ConfigKey): ConfigFile {
  const { name, keyId, issuerId, privateKeyPath, bundleId } = key;
  const added = {
    name,
    key_id: keyId,
    issuer_id: issuerId,
    private_key_path: privateKeyPath,
    bundle_id: bundleId,
  };
  const others = rawKeys(file.document, file.path).filter((raw) => raw["name"] !== name);
  return withStorekit(file, { keys: [...others, added] });
}

/** Returns the file without the key of this name, and without its being the default. */
export function withoutKey(file: ConfigFile, name: string): ConfigFile {
  const keys = rawKeys(file.document, file.path).filter((raw) => raw["name"] !== name);
  const isDefault = file.defaultKeyName === name;
  return withStorekit(file, { keys, ...(isDefault ? { default_key_name: "" } : {}) });
}

/** Returns the file without keys. */
export function withoutKeys(file: ConfigFile): ConfigFile {
  return withStorekit(file, { keys: [], default_key_name: "" });
}

/** Returns the file with this default; its key may be elsewhere. */
export function withDefault(file: ConfigFile, name: string): ConfigFile {
  return withStorekit(file, { default_key_name: name });
}

/**
 * Writes a configuration file, readable by its owner alone.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function writeConfigFile({ path, document }: ConfigFile): Promise<void> {
  try {
    await writePrivateFile(path, `${JSON.stringify(document, undefined, 2)}\n`);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    const message = `${cause.message}; HOLDFAST_CONFIG_PATH can name another file, by an absolute path`;
    throw new UsageError("FILE_UNWRITABLE", message, { cause });
  }
}

function withStorekit(file: ConfigFile, change: JsonObject): ConfigFile {
  const { document, path } = file;
  const storekit = { ...storekitOf(document, path), ...change };
  return parseConfig({ ...document, storekit }, path);
}

function parseConfig(document: JsonObject, path: string): ConfigFile {
  const { default_key_name: named } = storekitOf(document, path);
  if (named !== undefined && typeof named !== "string") {
    throw invalid(path, "storekit.default_key_name: expected a text");
  }
  const defaultKeyName = named === undefined || named === "" ? undefined : named;
  const keys = rawKeys(document, path).map((raw, index) => parseKey(raw, { path, index }));
  return { path, defaultKeyName, keys, document };
}

function storekitOf({ storekit = {} }: JsonObject, path: string): JsonObject {
  if (isObject(storekit)) return storekit;
  throw invalid(path, "storekit: expected an object");
}

function rawKeys(document: JsonObject, path: string): readonly JsonObject[] {
  // `asc` may write null for no keys, as Go does for an empty list.
  const keys = storekitOf(document, path)["keys"] ?? [];
  if (Array.isArray(keys) && keys.every(isObject)) return keys;
  throw invalid(path, "storekit.keys: expected a list of objects");
}

function parseKey(
  raw: JsonObject,
  { path, index }: { readonly path: string; readonly index: number },
): ConfigKey {
  const text = (field: string, byDefault?: string): string => {
    const value = raw[field] ?? byDefault;
    if (typeof value === "string" && (value !== "" || byDefault !== undefined)) return value;
    throw invalid(path, `storekit.keys[${index}].${field}: expected a text that is not empty`);
  };
  return {
    name: text("name"),
    keyId: text("key_id"),
    issuerId: text("issuer_id"),
    privateKeyPath: text("private_key_path"),
    bundleId: text("bundle_id", ""),
  };
}

function parseObject(text: string, path: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The parser's words quote the file.
  }
  throw invalid(path, "expected a JSON object");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(path: string, reason: string): CredentialsError {
  return new CredentialsError("CONFIG_INVALID", `${path}: ${reason}; mend it, or remove it`);
}
