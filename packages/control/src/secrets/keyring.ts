import { hkdfSync } from "node:crypto";
import { decodeBase64Url, encodeBase64Url, encodeHex } from "@holdfast/appstore/crypto";
import type { Bytes } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import { webCryptography } from "@holdfast/runtime/keys";
import type { SealingKey } from "@holdfast/runtime/keys";
import type { MasterKeys } from "./load-secret.ts";
import { secretError } from "./secret-error.ts";
import { SECRET_BYTES } from "./secret-file.ts";

/** What a secret is bound to: it opens nowhere else. Letters, digits, `_` and `-`. */
export interface SecretBinding {
  /** Empty for what belongs to no app. */
  readonly app: string;
  /** `both` for what an app has once. */
  readonly environment: "sandbox" | "production" | "both";
  /** Like `inAppPurchaseKey`; named by who keeps it. */
  readonly purpose: string;
  /** Which one of them. */
  readonly keyId: string;
}

/** A secret as it lies in the database. */
export interface SealedSecret {
  /** The id of the master key it is sealed under. */
  readonly masterKey: string;
  readonly sealed: string;
}

/** Seals and opens secrets at rest. Nothing that prints it shows a key. */
export interface Keyring {
  /** The id of the master key that seals. */
  readonly currentId: string;
  /** The ids of all master keys it can open with. */
  readonly ids: readonly string[];
  seal(plaintext: Bytes, binding: SecretBinding): Promise<SealedSecret>;
  /** Throws SECRET_KEY_UNKNOWN, SECRET_SEAL_BROKEN. */
  open(secret: SealedSecret, binding: SecretBinding): Promise<Bytes>;
}

const VERSION = "1";
const encoder = new TextEncoder();

/**
 * Returns a keyring of master keys. A key's id is derived from it, so a rotated key needs no name.
 *
 * Sealed is AES-256-GCM under a key HKDF-SHA-256 derives from the master key, with
 * `app|environment|purpose|keyId|version` as associated data; written `<version>.<base64url>`.
 */
export async function createKeyring({ current, previous }: MasterKeys): Promise<Keyring> {
  const keys = new Map<string, SealingKey>();
  for (const masterKey of [current, ...previous]) {
    const sealing = await webCryptography.importSealingKey(derive(masterKey, "secrets-at-rest/v1"));
    keys.set(idOf(masterKey), sealing);
  }
  const currentId = idOf(current);
  const keyOf = (id: string): SealingKey => {
    const key = keys.get(id);
    if (key !== undefined) return key;
    throw secretError(
      "SECRET_KEY_UNKNOWN",
      `a secret is sealed under the master key ${id}, which was not given; add it as a further line of the master key`,
    );
  };
  return {
    currentId,
    ids: [...keys.keys()],
    async seal(plaintext, binding) {
      const bytes = await keyOf(currentId).seal(plaintext, associatedData(binding));
      return { masterKey: currentId, sealed: `${VERSION}.${encodeBase64Url(bytes)}` };
    },
    async open({ masterKey, sealed }, binding) {
      const bytes = decodeSealed(sealed);
      const key = keyOf(masterKey);
      const plaintext = bytes && (await key.open(bytes, associatedData(binding)));
      if (plaintext !== undefined) return plaintext;
      const { app, purpose, keyId } = binding;
      throw secretError(
        "SECRET_SEAL_BROKEN",
        `the ${purpose} ${keyId} of ${app === "" ? "the server" : app} does not open; restore the database from a backup`,
      );
    },
  };
}

/** Which master key it is; says nothing about the key itself. */
function idOf(masterKey: Bytes): string {
  return encodeHex(derive(masterKey, "master-key-id/v1").subarray(0, 8));
}

function derive(masterKey: Bytes, use: string): Bytes {
  return new Uint8Array(hkdfSync("sha256", masterKey, new Uint8Array(0), use, SECRET_BYTES));
}

const PART = /^[A-Za-z0-9_-]{0,64}$/;

function associatedData({ app, environment, purpose, keyId }: SecretBinding): Bytes {
  const parts = [app, environment, purpose, keyId];
  // A separator inside a part would let two bindings be the same.
  if (parts.every((part) => PART.test(part))) {
    return encoder.encode([...parts, VERSION].join("|"));
  }
  throw new UsageError(
    "SECRET_BINDING_INVALID",
    "expected app, purpose and key id of a secret in letters, digits, _ and -, at most 64 each",
  );
}

function decodeSealed(sealed: string): Bytes | undefined {
  const [version, content, ...rest] = sealed.split(".");
  if (version !== VERSION || content === undefined || rest.length > 0) return undefined;
  try {
    return decodeBase64Url(content);
  } catch {
    return undefined;
  }
}
