import { basename } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io, OptionSpec, Options } from "../command.ts";
import { importKey } from "../storekit/credentials/import-key.ts";
import {
  readPrivateKeyFile,
  resolveKeyPath,
  warnOfExposedKeyFile,
} from "../storekit/credentials/private-key-file.ts";
import { CONNECT_KEYS, IN_APP_PURCHASE_KEYS } from "./key-kind.ts";
import type { KeyKind } from "./key-kind.ts";

/** A key's file and its id. */
export const KEY_FILE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--private-key <file>", description: "the key's .p8 file; required", required: true },
  {
    flags: "--key-id <id>",
    description: "the key's id (default: the one in the file's name, as App Store Connect gave it)",
  },
];

/** A key that was read and can be sent. */
export interface NewKey {
  readonly keyId: string;
  /** PEM. */
  readonly privateKey: string;
}

/** What only team keys and In-App Purchase keys have. */
interface KeyOwner {
  readonly kind: KeyKind;
  /** Undefined for an individual key. */
  readonly issuerId: string | undefined;
}

/**
 * Reads the key that {@link KEY_FILE_OPTIONS} name, and makes sure that it is one before it leaves this
 * machine.
 *
 * @throws CredentialsError `PRIVATE_KEY_UNREADABLE`, `PRIVATE_KEY_INVALID`
 * @throws UsageError `OPTION_MISSING`
 */
export async function readNewKey(
  options: Options,
  { kind, issuerId }: KeyOwner,
  io: Io,
): Promise<NewKey> {
  const path = options.required("private-key");
  warnOfOtherKind(path, kind, io);
  const keyId = options.text("key-id")?.trim() ?? keyIdOfName(path);
  const privateKey = await readPrivateKeyFile(path, io);
  await importKey(
    // Only the key is looked at here; who issued it the server checks with Apple.
    { keyId, issuerId: issuerId ?? keyId, privateKey },
    { where: path, advice: "name the file as it was downloaded" },
  );
  await warnOfExposedKeyFile(resolveKeyPath(path, io), io);
  return { keyId, privateKey };
}

/** Like `SubscriptionKey_2X9R4HXF34.p8`. */
const NAMED_FILE = /^[A-Za-z]+_(?<keyId>[A-Za-z0-9]{1,64})\.p8$/;

function keyIdOfName(path: string): string {
  const keyId = NAMED_FILE.exec(basename(path))?.groups?.["keyId"];
  if (keyId !== undefined) return keyId;
  throw new UsageError(
    "OPTION_MISSING",
    "--key-id is required: the file's name does not tell it, as AuthKey_2X9R4HXF34.p8 does",
  );
}

/** The two look alike inside; only the names App Store Connect gives them differ, and files are renamed. */
function warnOfOtherKind(path: string, kind: KeyKind, io: Pick<Io, "warn">): void {
  const other = kind === CONNECT_KEYS ? IN_APP_PURCHASE_KEYS : CONNECT_KEYS;
  if (!basename(path).startsWith(other.filePrefix)) return;
  io.warn(
    `${path}: the name is that of an ${other.name}; this adds an ${kind.name}. For the other: holdfast ${other.noun} add`,
  );
}
