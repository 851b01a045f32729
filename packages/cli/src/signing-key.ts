import type { Io, Options, OptionSpec } from "./command.ts";
import { readText } from "./files.ts";

/** Where an In-App Purchase key comes from. */
export const KEY_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--key-id <id>",
    description: "the In-App Purchase key's id",
    env: "HOLDFAST_STOREKIT_KEY_ID",
  },
  {
    flags: "--issuer-id <id>",
    description: "the team's issuer id",
    env: "HOLDFAST_STOREKIT_ISSUER_ID",
  },
  {
    flags: "--private-key <file>",
    description: "the key's .p8 file",
    env: "HOLDFAST_STOREKIT_PRIVATE_KEY_PATH",
  },
];

/** An In-App Purchase key as it was downloaded. */
export interface SigningKeySource {
  readonly keyId: string;
  readonly issuerId: string;
  /** The `.p8` file's text. */
  readonly privateKey: string;
}

const NAMES = ["key-id", "issuer-id", "private-key"];

/**
 * Reads the key that {@link KEY_OPTIONS} name, or `undefined` when they name none.
 *
 * @throws UsageError `OPTION_MISSING` when only some of them are given, `FILE_UNREADABLE`
 */
export async function readSigningKey(
  options: Options,
  io: Io,
): Promise<SigningKeySource | undefined> {
  if (NAMES.every((name) => options.text(name) === undefined)) return undefined;
  return requireSigningKey(options, io);
}

/**
 * Reads the key that {@link KEY_OPTIONS} name.
 *
 * @throws UsageError `OPTION_MISSING`, `FILE_UNREADABLE`
 */
export async function requireSigningKey(options: Options, io: Io): Promise<SigningKeySource> {
  return {
    keyId: options.required("key-id"),
    issuerId: options.required("issuer-id"),
    privateKey: await readText(io, options.required("private-key")),
  };
}
