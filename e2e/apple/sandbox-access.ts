import { readFile } from "node:fs/promises";
import { importInAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";

/** What trying Apple's real sandbox needs. */
export interface SandboxAccess {
  readonly key: InAppPurchaseKey;
  readonly bundleId: string;
  /** In place of Apple's, for trying this out with a local App Store. */
  readonly baseUrl: string | undefined;
  /** A public URL that answers Apple's requests; without it there is no performance test. */
  readonly url: string | undefined;
  /** Of a subscription bought in the sandbox; without it there is no performance test. */
  readonly originalTransactionId: string | undefined;
  /** A product that gets a default message for a moment; without it there is none. */
  readonly productId: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

const PREFIXES = ["HOLDFAST_STOREKIT_", "ASC_STOREKIT_"];

/** Reads the access from the environment; returns what is missing where it is not complete. */
export async function readSandboxAccess(env: Env): Promise<SandboxAccess | readonly string[]> {
  const value = (name: string): string | undefined =>
    PREFIXES.map((prefix) => env[prefix + name]).find((found) => (found ?? "") !== "");
  const [keyId, issuerId, bundleId] = [value("KEY_ID"), value("ISSUER_ID"), value("BUNDLE_ID")];
  const privateKey = await readPrivateKey(value);
  if (
    keyId === undefined ||
    issuerId === undefined ||
    bundleId === undefined ||
    privateKey === undefined
  ) {
    const found = { KEY_ID: keyId, ISSUER_ID: issuerId, PRIVATE_KEY_PATH: privateKey };
    return Object.entries({ ...found, BUNDLE_ID: bundleId })
      .filter(([, text]) => text === undefined)
      .map(([name]) => `HOLDFAST_STOREKIT_${name}`);
  }
  return {
    key: await importInAppPurchaseKey({ keyId, issuerId, privateKey }),
    bundleId,
    baseUrl: env["HOLDFAST_STOREKIT_SANDBOX_URL"],
    url: env["HOLDFAST_APPLE_TEST_URL"],
    originalTransactionId: env["HOLDFAST_APPLE_TEST_TRANSACTION_ID"],
    productId: env["HOLDFAST_APPLE_TEST_PRODUCT_ID"],
  };
}

async function readPrivateKey(
  value: (name: string) => string | undefined,
): Promise<string | undefined> {
  const base64 = value("PRIVATE_KEY_B64");
  const path = value("PRIVATE_KEY_PATH");
  const text =
    value("PRIVATE_KEY") ??
    (base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("utf8"));
  return text ?? (path === undefined ? undefined : readFile(path, "utf8"));
}
