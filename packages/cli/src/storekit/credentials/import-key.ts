import { importInAppPurchaseKey, SignatureError } from "@holdfast/appstore/signatures";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";
import { CredentialsError } from "./credentials-error.ts";
import type { ResolvedCredentials } from "./resolve-credentials.ts";

/** A private key that was read, PEM, and whose it is. */
interface ReadKey {
  readonly keyId: string;
  readonly issuerId: string;
  readonly privateKey: string;
}

/** What to say of a private key that is none. */
interface KeyOrigin {
  /** Where it is: a file, or a word for what holds it. */
  readonly where: string;
  /** What to do about it. */
  readonly advice: string;
}

/**
 * Imports a private key.
 *
 * @throws CredentialsError `PRIVATE_KEY_INVALID`
 * @throws SignatureError `KEY_IDENTITY_INVALID`
 */
export async function importKey(
  key: ReadKey,
  { where, advice }: KeyOrigin,
): Promise<InAppPurchaseKey> {
  try {
    return await importInAppPurchaseKey(key);
  } catch (cause) {
    if (!(cause instanceof SignatureError) || cause.code !== "PRIVATE_KEY_INVALID") throw cause;
    const message = `private key ${where}: expected a P-256 key in PKCS#8, as the .p8 files of App Store Connect are; ${advice}`;
    throw new CredentialsError("PRIVATE_KEY_INVALID", message, { cause });
  }
}

/**
 * Reads and imports the private key of credentials.
 *
 * @throws CredentialsError `PRIVATE_KEY_UNREADABLE`, `PRIVATE_KEY_INVALID`
 * @throws SignatureError `KEY_IDENTITY_INVALID`
 */
export async function importKeyOf(
  credentials: Omit<ResolvedCredentials, "bundleId">,
): Promise<InAppPurchaseKey> {
  const { keyId, issuerId, readPrivateKey } = credentials;
  const privateKey = await readPrivateKey();
  return importKey({ keyId, issuerId, privateKey }, originOf(credentials));
}

function originOf({
  name,
  source,
  privateKeyPath,
}: Pick<ResolvedCredentials, "name" | "source" | "privateKeyPath">): KeyOrigin {
  if (source === "environment") {
    return {
      where: privateKeyPath ?? "in the environment",
      advice: "set HOLDFAST_STOREKIT_PRIVATE_KEY_PATH to such a file",
    };
  }
  return {
    where: `${privateKeyPath ?? "in the keychain"} of the profile ${name}`,
    advice: `put it right, or store it again: holdfast storekit auth login --name ${name} …`,
  };
}
