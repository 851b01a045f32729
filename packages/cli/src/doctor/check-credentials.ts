import { CodedError } from "@holdfast/appstore/errors";
import type { InAppPurchaseKey } from "@holdfast/appstore/signatures";
import type { Io, Options } from "../command.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { importKeyOf } from "../storekit/credentials/import-key.ts";
import { findExposedKeyFile } from "../storekit/credentials/private-key-file.ts";
import { resolveCredentials } from "../storekit/credentials/resolve-credentials.ts";
import type { ResolvedCredentials } from "../storekit/credentials/resolve-credentials.ts";
import { bundleIdOf } from "../storekit/open-retention-messaging.ts";
import { verifyLocally } from "../storekit/verify-credentials.ts";

/** Who can call Apple, as far as this machine tells. */
export interface CheckedCredentials {
  readonly findings: readonly Finding[];
  /** Absent where something failed. */
  readonly identity: { readonly key: InAppPurchaseKey; readonly bundleId: string } | undefined;
}

/**
 * Finds the credentials as every command does, reads the key and signs with it. Shows names and ids,
 * nothing of the key.
 */
export async function checkCredentials(
  options: Options,
  io: Io,
  expectedBundleId: string | undefined,
): Promise<CheckedCredentials> {
  const findings: Finding[] = [];
  const attempt = async <T>(
    { code, advice }: { readonly code: string; readonly advice: string },
    act: () => Promise<T> | T,
  ): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      findings.push(flawed("fail", code, { message: `${error.code}: ${error.message}`, advice }));
      return undefined;
    }
  };
  const credentials = await attempt(CREDENTIALS, () => resolveCredentials(options, io));
  if (credentials === undefined) {
    findings.push(skipped("KEY", "there is none"), skipped("APP", "no app is stored with a key"));
    return { findings, identity: undefined };
  }
  findings.push(fine("CREDENTIALS", sayCredentials(credentials)));
  const key = await attempt(KEY, async () => {
    const imported = await importKeyOf(credentials);
    await verifyLocally({ key: imported, bundleId: "com.example.app" }, io);
    return imported;
  });
  if (key !== undefined) {
    const said = `key ${key.keyId} is P-256 and signs; that it is an In-App Purchase key only Apple can tell`;
    findings.push(fine("KEY", said));
  }
  findings.push(...(await checkKeyFile(credentials)));
  const bundleId = await attempt(APP, () => bundleIdOf(options, credentials, expectedBundleId));
  if (bundleId !== undefined) findings.push(fine("APP", bundleId));
  const isWhole = key !== undefined && bundleId !== undefined;
  return { findings, identity: isWhole ? { key, bundleId } : undefined };
}

async function checkKeyFile({
  privateKeyPath,
}: Pick<ResolvedCredentials, "privateKeyPath">): Promise<readonly Finding[]> {
  const exposed = privateKeyPath && (await findExposedKeyFile(privateKeyPath));
  return exposed ? [flawed("warn", "KEY_FILE", exposed)] : [];
}

const CREDENTIALS = {
  code: "CREDENTIALS",
  advice:
    "store a key with holdfast storekit auth login, or set HOLDFAST_STOREKIT_KEY_ID, _ISSUER_ID and _PRIVATE_KEY_PATH",
};
const KEY = {
  code: "KEY",
  advice:
    "use the .p8 file of App Store Connect, Users and Access, Integrations, In-App Purchase, as it was downloaded",
};
const APP = {
  code: "APP",
  advice: "name the app with --bundle-id, or credentials of this app with --storekit-profile",
};

function sayCredentials({ name, source, issuerId }: ResolvedCredentials): string {
  const from = source === "environment" ? "the environment" : `${name}, stored in ${source}`;
  return `from ${from}, of issuer ${issuerId}`;
}
