import { decodeBase64Url, encodeBase64Url } from "@holdfast/appstore/crypto";
import type { Bytes, MaybePromise } from "@holdfast/appstore/crypto";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { SealingKey } from "../ports/cryptography.ts";
import { WireError } from "./wire-error.ts";

/** What a sealed value is bound to: it opens nowhere else. */
export interface SealBinding {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly purpose: "inAppPurchaseKey" | "pseudonymKey" | "decision";
  /** Which key is inside, or under which one a decision's id lies; letters, digits, `_` and `-`. */
  readonly keyId: string;
}

const VERSION = "1";
const encoder = new TextEncoder();

/**
 * Seals `plaintext` with AES-256-GCM, bound to `app|environment|purpose|keyId|version`.
 *
 * @returns `1.<keyId>.<nonce ‖ ciphertext ‖ tag>`, the last in base64url
 */
export function sealValue(
  key: SealingKey,
  plaintext: Bytes,
  binding: SealBinding,
): MaybePromise<string> {
  const sealed = key.seal(plaintext, associatedData(binding));
  return sealed instanceof Promise
    ? sealed.then((bytes) => join(binding.keyId, bytes))
    : join(binding.keyId, sealed);
}

/**
 * Opens what {@link sealValue} made.
 *
 * @throws WireError `WIRE_MALFORMED`, `WIRE_FORMAT_UNKNOWN`, `WIRE_SEAL_BROKEN`
 */
export async function openSealedValue(
  key: SealingKey,
  sealed: string,
  binding: Omit<SealBinding, "keyId">,
): Promise<{ readonly keyId: string; readonly plaintext: Bytes }> {
  const [version, keyId, content, ...rest] = sealed.split(".");
  if (version !== VERSION) {
    throw new WireError("WIRE_FORMAT_UNKNOWN", `sealed ${binding.purpose}: unknown version`);
  }
  if (keyId === undefined || content === undefined || rest.length > 0) {
    throw new WireError("WIRE_MALFORMED", `sealed ${binding.purpose}: expected three parts`);
  }
  const plaintext = await key.open(
    decodePart(content, binding.purpose),
    associatedData({ ...binding, keyId }),
  );
  if (plaintext === undefined) {
    throw new WireError(
      "WIRE_SEAL_BROKEN",
      `sealed ${binding.purpose} does not open: another runtime secret, or made for another app or environment`,
    );
  }
  return { keyId, plaintext };
}

function join(keyId: string, sealed: Bytes): string {
  return `${VERSION}.${keyId}.${encodeBase64Url(sealed)}`;
}

function associatedData(binding: SealBinding): Bytes {
  const { app, environment, purpose, keyId } = binding;
  return encoder.encode(`${app}|${environment}|${purpose}|${keyId}|${VERSION}`);
}

function decodePart(part: string, purpose: string): Bytes {
  try {
    return decodeBase64Url(part);
  } catch (cause) {
    throw new WireError("WIRE_MALFORMED", `sealed ${purpose}: bad base64url`, { cause });
  }
}
