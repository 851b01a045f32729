import { X509Certificate } from "node:crypto";
import { APPLE_ROOT_CA_G3, createTrustStore } from "@holdfast/appstore/signed-data";
import type { Expectations } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { App } from "./app.ts";

/** What all that the App Store signs about one app in one environment is held against. */
export interface AppExpectations extends Expectations {
  readonly bundleId: string;
  readonly appAppleId: number;
}

const APPLES_NAMES = { sandbox: "Sandbox", production: "Production" } as const;

/**
 * Returns what an app's signed data is held against: its own names, Apple's root, and the roots that its
 * settings add, unless `onlyApplesRoot`. Throws what node:crypto throws for a stored root that is no
 * certificate.
 */
export function signedDataExpectations(
  app: App,
  environment: FlowEnvironment,
  { onlyApplesRoot = false }: { readonly onlyApplesRoot?: boolean } = {},
): AppExpectations {
  const extra = onlyApplesRoot ? [] : (app.environments[environment]?.trustedRoots ?? []);
  const roots = extra.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
  return {
    trust: createTrustStore([APPLE_ROOT_CA_G3, ...roots]),
    environment: APPLES_NAMES[environment],
    bundleId: app.bundleId,
    appAppleId: app.appAppleId,
  };
}
