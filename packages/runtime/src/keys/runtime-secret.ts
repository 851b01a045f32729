import { UsageError } from "@holdfast/appstore/errors";
import type { Bytes } from "@holdfast/appstore/crypto";
import type { Cryptography, HmacKey, SealingKey } from "../ports/cryptography.ts";
import { deriveKey } from "./derive-key.ts";

/** Length of the runtime secret in bytes. */
export const RUNTIME_SECRET_BYTES = 32;

/** What the one secret of a runtime opens; it is given to control and to that app's runtimes. */
export interface RuntimeKeys {
  /** Opens the signing and pseudonym keys that come with a publication. */
  readonly sealedValues: SealingKey;
  /** Seals the subscription's id in decision records. */
  readonly decisionSeal: SealingKey;
  /** Authenticates revocation records. */
  readonly revocationRecords: HmacKey;
}

/**
 * Derives what the runtime secret is good for, each use with a key of its own.
 *
 * @throws UsageError `RUNTIME_SECRET_INVALID` when the secret has not 32 bytes
 */
export async function deriveRuntimeKeys(
  secret: Bytes,
  cryptography: Cryptography,
): Promise<RuntimeKeys> {
  if (secret.length !== RUNTIME_SECRET_BYTES) {
    throw new UsageError(
      "RUNTIME_SECRET_INVALID",
      `the runtime secret must have ${RUNTIME_SECRET_BYTES} bytes, got ${secret.length}`,
    );
  }
  const [sealedValues, decisionSeal, revocationRecords] = await Promise.all([
    deriveKey(secret, "sealed-values/v1"),
    deriveKey(secret, "decision-seal/v1"),
    deriveKey(secret, "revocation-record/v1"),
  ]);
  return {
    sealedValues: await cryptography.importSealingKey(sealedValues),
    decisionSeal: await cryptography.importSealingKey(decisionSeal),
    revocationRecords: await cryptography.importHmacKey(revocationRecords),
  };
}
