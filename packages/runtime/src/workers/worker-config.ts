import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Cryptography } from "../ports/cryptography.ts";
import type { AppConfig } from "../publications/app-config.ts";
import { createAppTrust, importAppPublisher } from "../publications/app-trust.ts";
import type { KvPlace } from "../wire/kv-layout.ts";

/** What a Worker answers for: what `holdfast.yaml` says, with every file read in. JSON. */
export interface WorkerConfig {
  /** By our id of the app, the one in the URL. */
  readonly apps: Readonly<Record<string, WorkerApp>>;
  /** Lets production trust a root that is not Apple's; default false. */
  readonly allowNonAppleProductionRoots?: boolean;
}

/** One app. */
export interface WorkerApp {
  readonly bundleId: string;
  readonly appAppleId: number;
  /** Who may publish: a P-256 public key, PEM. */
  readonly publisherKey: string;
  /** Which environments are answered for. */
  readonly environments: Readonly<Partial<Record<FlowEnvironment, WorkerEnvironment>>>;
}

/** One environment of an app. */
export interface WorkerEnvironment {
  /** Roots beside Apple's: PEM. */
  readonly trustedRoots?: readonly string[];
}

/** What a place is configured as. */
export interface PlaceConfig {
  readonly config: AppConfig;
  /** What health should say about it. */
  readonly warning?: string;
}

/** Returns every app and environment that is answered for, in the order of the configuration. */
export function configuredPlaces({ apps }: WorkerConfig): readonly KvPlace[] {
  return Object.entries(apps).flatMap(([app, { environments }]) =>
    (["sandbox", "production"] as const)
      .filter((environment) => environments[environment] !== undefined)
      .map((environment) => ({ app, environment })),
  );
}

/** Tells whether a place is answered for. */
export function isConfigured({ apps }: WorkerConfig, { app, environment }: KvPlace): boolean {
  return Object.hasOwn(apps, app) && apps[app]?.environments[environment] !== undefined;
}

/**
 * Opens the configuration of one place; undefined for one that is not configured.
 *
 * @throws UsageError `CONFIG_INVALID`, `PRODUCTION_ROOT_REFUSED`
 */
export async function openPlaceConfig(
  { apps, allowNonAppleProductionRoots = false }: WorkerConfig,
  { app, environment }: KvPlace,
  cryptography: Cryptography,
): Promise<PlaceConfig | undefined> {
  const configured = Object.hasOwn(apps, app) ? apps[app] : undefined;
  const settings = configured?.environments[environment];
  if (configured === undefined || settings === undefined) return undefined;
  const { bundleId, appAppleId, publisherKey } = configured;
  const roots = { trustedRoots: settings.trustedRoots ?? [], allowNonAppleProductionRoots };
  const { trust, warning } = createAppTrust(app, environment, roots);
  const publishers = [await importAppPublisher(app, publisherKey, cryptography)];
  const config = { app, environment, bundleId, appAppleId, publishers, trust };
  return warning === undefined ? { config } : { config, warning };
}
