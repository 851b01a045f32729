import { encodeBase64, parseCertificatePem, parsePublicKeyPem } from "@holdfast/appstore/crypto";
import type { Bytes, EcdsaProvider } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import { APPLE_ROOT_CA_G3, createTrustStore } from "@holdfast/appstore/signed-data";
import type { TrustStore } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { importPublisherPublicKey } from "../wire/publisher.ts";
import type { PublisherPublicKey } from "../wire/publisher.ts";

/** Whom an app trusts in one environment. */
export interface AppTrust {
  readonly trust: TrustStore;
  /** What health should say about it. */
  readonly warning?: string;
}

/** Which roots are given beside Apple's, and whether production may have any. */
export interface AppRoots {
  /** PEM, one certificate each. */
  readonly trustedRoots: readonly string[];
  readonly allowNonAppleProductionRoots: boolean;
}

/**
 * Returns the trust store of an app in an environment: Apple's root and the ones beside it.
 *
 * @throws UsageError `CONFIG_INVALID`, `PRODUCTION_ROOT_REFUSED`
 */
export function createAppTrust(
  app: string,
  environment: FlowEnvironment,
  { trustedRoots, allowNonAppleProductionRoots }: AppRoots,
): AppTrust {
  const apple = encodeBase64(APPLE_ROOT_CA_G3);
  const extra = trustedRoots
    .map((pem) => parseRoot(`${app} ${environment}`, pem))
    .filter((der) => encodeBase64(der) !== apple);
  const trust = createTrustStore([APPLE_ROOT_CA_G3, ...extra]);
  if (environment !== "production" || extra.length === 0) return { trust };
  if (!allowNonAppleProductionRoots) throw productionRootRefused(app);
  return { trust, warning: `${app} production trusts a root that is not Apple's` };
}

/**
 * Imports the key of whoever publishes an app.
 *
 * @throws UsageError `CONFIG_INVALID`
 */
export async function importAppPublisher(
  app: string,
  pem: string,
  ecdsa: EcdsaProvider,
): Promise<PublisherPublicKey> {
  try {
    return await importPublisherPublicKey(parsePublicKeyPem(pem), ecdsa);
  } catch (cause) {
    const message = `${app} publisherKey: expected a P-256 public key in PEM`;
    throw new UsageError("CONFIG_INVALID", message, { cause });
  }
}

function parseRoot(place: string, pem: string): Bytes {
  try {
    return parseCertificatePem(pem);
  } catch (cause) {
    const message = `${place} trustedRoots: expected certificates in PEM`;
    throw new UsageError("CONFIG_INVALID", message, { cause });
  }
}

function productionRootRefused(app: string): UsageError<"PRODUCTION_ROOT_REFUSED"> {
  return new UsageError(
    "PRODUCTION_ROOT_REFUSED",
    `${app} production: trusts a root that is not Apple's, so anyone with its key could speak as the App Store; ` +
      "remove trustedRoots, or set allowNonAppleProductionRoots: true where that is meant",
  );
}
