import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { join } from "node:path";
import { emulatorError } from "../errors/index.ts";
import { readFileIfPresent } from "../files/read-file-if-present.ts";
import { makePrivateDirectory, writeFileAtomically } from "../files/write-file-atomically.ts";
import type { AppDefinition } from "./app-definition.ts";
import type { InAppPurchaseKey } from "./world.ts";

/**
 * Returns the In-App Purchase keys of an app: those kept in `directory`, and new ones, then kept, for
 * the rest; without a directory all are new. Throws `STATE_UNREADABLE` for a file that is no key.
 */
export function openInAppPurchaseKeys(
  { id, keyIds }: Pick<AppDefinition, "id" | "keyIds">,
  directory: string | undefined,
): readonly InAppPurchaseKey[] {
  return keyIds.map((keyId) => {
    if (directory === undefined) return describeKey(keyId, makePrivateKeyPem());
    const appDirectory = join(directory, id);
    // As App Store Connect names the file it lets one download.
    const path = join(appDirectory, `SubscriptionKey_${keyId}.p8`);
    const kept = readFileIfPresent(path);
    const privateKeyPem = kept ?? makePrivateKeyPem();
    const key = describeKey(keyId, privateKeyPem, path);
    if (kept === undefined) {
      makePrivateDirectory(directory);
      writeFileAtomically(path, privateKeyPem);
    }
    return key;
  });
}

function makePrivateKeyPem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" });
}

function describeKey(
  keyId: string,
  privateKeyPem: string,
  privateKeyPath?: string,
): InAppPurchaseKey {
  return {
    keyId,
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
