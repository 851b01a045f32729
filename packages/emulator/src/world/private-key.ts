import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { emulatorError } from "../errors/index.ts";
import { readFileIfPresent } from "../files/read-file-if-present.ts";
import { writeFileAtomically } from "../files/write-file-atomically.ts";

/** A P-256 key pair that is handed out to developers. */
export interface PrivateKey {
  readonly publicKey: KeyObject;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** Where the private key is kept, when it is. */
  readonly privateKeyPath?: string;
}

/**
 * Returns the key kept at `path`, or a new one, which is then kept there for its owner alone; without
 * a path a new one. Throws `STATE_UNREADABLE` for a file that is no such key.
 */
export function openPrivateKey(path: string | undefined): PrivateKey {
  if (path === undefined) return describeKey(makePrivateKeyPem());
  const kept = readFileIfPresent(path);
  const privateKeyPem = kept ?? makePrivateKeyPem();
  const key = describeKey(privateKeyPem, path);
  if (kept === undefined) writeFileAtomically(path, privateKeyPem);
  return key;
}

function makePrivateKeyPem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" });
}

function describeKey(privateKeyPem: string, privateKeyPath?: string): PrivateKey {
  return {
    publicKey: readPublicKey(privateKeyPem, privateKeyPath),
    privateKeyPem,
    ...(privateKeyPath === undefined ? {} : { privateKeyPath }),
  };
}

function readPublicKey(privateKeyPem: string, path = "the key"): KeyObject {
  let cause: unknown;
  try {
    const privateKey = createPrivateKey(privateKeyPem);
    if (privateKey.asymmetricKeyDetails?.namedCurve === "prime256v1") {
      return createPublicKey(privateKey);
    }
  } catch (error) {
    cause = error;
  }
  throw emulatorError(
    "STATE_UNREADABLE",
    `${path} is not a P-256 private key in PKCS#8 PEM; remove it to have a new one made`,
    { cause },
  );
}
