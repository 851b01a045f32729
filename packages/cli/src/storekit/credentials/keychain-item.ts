import type { CredentialIdentity } from "./stored-credential.ts";

/** What a keychain item holds: a credential and its private key. */
export interface KeychainItem extends Omit<CredentialIdentity, "name"> {
  /** PEM. */
  readonly privateKey: string;
}

const PREFIX = "storekit-credential:";

/** Returns the name of a profile's item. */
export function itemName(profile: string): string {
  return PREFIX + profile;
}

/** Returns the profile of an item, or undefined for an item of another kind. */
export function profileOfItem(name: string): string | undefined {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

/** Returns the secret to keep. */
export function writeItem({ keyId, issuerId, bundleId, privateKey }: KeychainItem): string {
  return JSON.stringify({
    key_id: keyId,
    issuer_id: issuerId,
    bundle_id: bundleId,
    private_key: privateKey,
  });
}

/** Returns what was kept, or undefined where it is not ours. */
export function parseItem(secret: string): KeychainItem | undefined {
  try {
    // Each field is looked at below.
    const item = JSON.parse(secret) as Readonly<Record<string, unknown>> | null;
    const { key_id: keyId, issuer_id: issuerId } = item ?? {};
    const { bundle_id: bundleId, private_key: privateKey } = item ?? {};
    if (!isText(keyId) || !isText(issuerId) || !isText(bundleId) || !isText(privateKey)) {
      return undefined;
    }
    return { keyId, issuerId, bundleId, privateKey };
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
