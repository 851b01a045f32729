import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Bytes } from "@holdfast/appstore/crypto";
import {
  importPublisherKeys,
  loadPseudonymKey,
  loadPublisherKeys,
  loadRuntimeSecret,
  parsePseudonymKey,
} from "@holdfast/runtime/node";
import type { PublisherKeys } from "@holdfast/runtime/node";
import type { Io, Options, OptionSpec } from "../command.ts";
import { withDataDirectory } from "../data-option.ts";
import { readSecretVariable } from "../server/secret-variable.ts";

/** The variable that holds the key whoever publishes signs with. */
export const PUBLISHER_KEY = "HOLDFAST_PUBLISHER_KEY";
const PSEUDONYM_KEY = "HOLDFAST_PSEUDONYM_KEY";
const RUNTIME_SECRET = "HOLDFAST_RUNTIME_SECRET";

/** Where secrets come from that no variable gives. Nothing is taken for granted: new ones would fit nothing. */
export const SECRETS_OPTION: OptionSpec = {
  flags: "--data <directory>",
  description: "a directory with the secrets that no variable gives; made there at first use",
  env: "HOLDFAST_DATA_DIR",
};

/** What publishing without a control plane needs, beside the namespace. */
export interface PublisherSecrets {
  readonly keys: PublisherKeys;
  readonly runtimeSecret: Bytes;
  /** Of the app. */
  readonly pseudonymKey: Bytes;
}

/**
 * Reads what an app is published with: from `HOLDFAST_PUBLISHER_KEY`, `HOLDFAST_PSEUDONYM_KEY` and
 * `HOLDFAST_RUNTIME_SECRET` (each also as `…_FILE`), or from the directory of {@link SECRETS_OPTION}.
 *
 * @throws UsageError `SECRETS_MISSING` naming all that is missing, `PUBLISHER_KEY_INVALID`,
 *   `PSEUDONYM_KEY_INVALID`, `RUNTIME_SECRET_INVALID`, `SECRET_FILE_UNSAFE`, `DATA_DIRECTORY_UNUSABLE`
 */
export async function readPublisherSecrets(
  app: string,
  options: Options,
  io: Io,
): Promise<PublisherSecrets> {
  await requireSecrets([PUBLISHER_KEY, PSEUDONYM_KEY, RUNTIME_SECRET], options, io);
  return {
    keys: await readPublisherKeys(options, io),
    runtimeSecret: await readRuntimeSecret(options, io),
    pseudonymKey: await readSecret(PSEUDONYM_KEY, options, io, {
      parse: async (text) => parsePseudonymKey(text, PSEUDONYM_KEY),
      load: (directory) => loadPseudonymKey(directory, app),
    }),
  };
}

/**
 * Reads the publisher's keys alone.
 *
 * @throws UsageError `SECRETS_MISSING`, `PUBLISHER_KEY_INVALID`, `SECRET_FILE_UNSAFE`, `DATA_DIRECTORY_UNUSABLE`
 */
export function readPublisherKeys(options: Options, io: Io): Promise<PublisherKeys> {
  return readSecret(PUBLISHER_KEY, options, io, {
    parse: (text) => importPublisherKeys(text, PUBLISHER_KEY),
    load: loadPublisherKeys,
  });
}

/**
 * Reads the runtime secret alone.
 *
 * @throws UsageError `SECRETS_MISSING`, `RUNTIME_SECRET_INVALID`, `SECRET_FILE_UNSAFE`, `DATA_DIRECTORY_UNUSABLE`
 */
export function readRuntimeSecret(options: Options, io: Io): Promise<Bytes> {
  return readSecret(RUNTIME_SECRET, options, io, {
    parse: (text) => loadRuntimeSecret("", { [RUNTIME_SECRET]: text }),
    load: (directory) => loadRuntimeSecret(directory, {}),
  });
}

interface SecretSource<T> {
  readonly parse: (text: string) => Promise<T>;
  readonly load: (dataDirectory: string) => Promise<T>;
}

async function readSecret<T>(
  variable: string,
  options: Options,
  io: Io,
  { parse, load }: SecretSource<T>,
): Promise<T> {
  const given = await readSecretVariable(io, variable);
  if (given !== undefined) return parse(given);
  await requireSecrets([variable], options, io);
  const data = options.required("data");
  return withDataDirectory(data, () => load(resolve(io.cwd, data)));
}

async function requireSecrets(
  variables: readonly string[],
  options: Options,
  io: Io,
): Promise<void> {
  if ((options.text("data") ?? "") !== "") return;
  const missing: string[] = [];
  for (const variable of variables) {
    if ((await readSecretVariable(io, variable)) === undefined) missing.push(variable);
  }
  if (missing.length === 0) return;
  throw new UsageError(
    "SECRETS_MISSING",
    `expected ${missing.join(", ")} (each also with _FILE), or --data with the directory that keeps them`,
  );
}
