import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { Bytes } from "@holdfast/appstore/crypto";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Cryptography } from "../ports/cryptography.ts";
import type { AppKeys } from "../ports/publications.ts";
import { isRecord } from "../wire/fields.ts";
import { openSealedValue, sealValue } from "../wire/sealed-value.ts";
import { WireError } from "../wire/wire-error.ts";
import { deriveKey } from "./derive-key.ts";
import type { RuntimeKeys } from "./runtime-secret.ts";

/** Length of an app's pseudonym key in bytes. */
export const PSEUDONYM_KEY_BYTES = 32;

/** An In-App Purchase key as it is delivered: with what signatures made by it must name. */
export interface DeliveredSigningKey {
  readonly keyId: string;
  readonly issuerId: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
}

/** Which app and environment keys are delivered to. */
export interface KeyDestination {
  readonly app: string;
  readonly environment: FlowEnvironment;
}

/** Seals an app's keys for its runtimes. */
export async function sealAppKeys(
  keys: { readonly pseudonymKey: Bytes; readonly signingKey?: DeliveredSigningKey },
  destination: KeyDestination,
  runtime: Pick<RuntimeKeys, "sealedValues">,
): Promise<{ readonly pseudonymKey: string; readonly signingKey?: string }> {
  const pseudonymKey = await sealValue(runtime.sealedValues, keys.pseudonymKey, {
    ...destination,
    purpose: "pseudonymKey",
    keyId: "1",
  });
  if (keys.signingKey === undefined) return { pseudonymKey };
  const { keyId } = keys.signingKey;
  const plaintext = new TextEncoder().encode(JSON.stringify(keys.signingKey));
  const binding = { ...destination, purpose: "inAppPurchaseKey", keyId } as const;
  return { pseudonymKey, signingKey: await sealValue(runtime.sealedValues, plaintext, binding) };
}

/**
 * Opens an app's keys. A signing key that does not open is reported and left out: the app then
 * answers with messages and fallbacks. A pseudonym key that does not open is an error.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`, `WIRE_SEAL_BROKEN`
 */
export async function openAppKeys(
  sealed: { readonly pseudonymKey: string; readonly signingKey?: string },
  destination: KeyDestination,
  runtime: RuntimeKeys,
  cryptography: Cryptography,
): Promise<{ readonly keys: AppKeys; readonly signingKeyProblem?: unknown }> {
  const { plaintext } = await openSealedValue(runtime.sealedValues, sealed.pseudonymKey, {
    ...destination,
    purpose: "pseudonymKey",
  });
  if (plaintext.length !== PSEUDONYM_KEY_BYTES) {
    throw new WireError("WIRE_MALFORMED", `pseudonymKey: expected ${PSEUDONYM_KEY_BYTES} bytes`);
  }
  const keys: AppKeys = {
    pseudonym: await cryptography.importHmacKey(plaintext),
    offerNonce: await cryptography.importHmacKey(await deriveKey(plaintext, "offer-nonce/v1")),
    decisionSeal: runtime.decisionSeal,
  };
  if (sealed.signingKey === undefined) return { keys };
  try {
    const signing = await openSigningKey(sealed.signingKey, destination, runtime, cryptography);
    return { keys: { ...keys, signing } };
  } catch (signingKeyProblem) {
    return { keys, signingKeyProblem };
  }
}

async function openSigningKey(
  sealed: string,
  destination: KeyDestination,
  runtime: RuntimeKeys,
  cryptography: Cryptography,
): Promise<InAppPurchaseKey> {
  const binding = { ...destination, purpose: "inAppPurchaseKey" } as const;
  const { keyId, plaintext } = await openSealedValue(runtime.sealedValues, sealed, binding);
  const delivered = parseDelivered(plaintext);
  if (delivered.keyId !== keyId) {
    throw new WireError("WIRE_SEAL_BROKEN", "sealed inAppPurchaseKey: it names another key");
  }
  return importInAppPurchaseKey({ ...delivered, ecdsa: cryptography });
}

function parseDelivered(plaintext: Bytes): DeliveredSigningKey {
  const value = parseJson(plaintext);
  if (isRecord(value)) {
    const { keyId, issuerId, privateKey } = value;
    if (
      typeof keyId === "string" &&
      typeof issuerId === "string" &&
      typeof privateKey === "string"
    ) {
      return { keyId, issuerId, privateKey };
    }
  }
  throw new WireError("WIRE_MALFORMED", "sealed inAppPurchaseKey: unexpected content");
}

function parseJson(plaintext: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(plaintext));
  } catch {
    // The cause stays behind: a JSON parser's message quotes what it was given, here a key.
    return undefined;
  }
}
