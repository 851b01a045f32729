import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Selectable } from "kysely";
import { fromJsonText } from "../storage/index.ts";
import type { AppEnvironmentsTable, AppsTable } from "./tables.ts";

/** How an app is served in one environment. */
export interface EnvironmentSettings {
  /** Roots that signed data may come from beside Apple Root CA - G3; PEM. */
  readonly trustedRoots: readonly string[];
  /** Where the outside world reaches the runtime, without a slash at the end. */
  readonly realtimeBaseUrl?: string | undefined;
  /** How many people other than its author must approve a version. */
  readonly requiredApprovals: number;
}

/** The settings of the environments that are served; one that is absent is not. */
export type EnvironmentsSettings = {
  readonly [Environment in FlowEnvironment]?: EnvironmentSettings | undefined;
};

/** An app in the App Store that is answered for. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly environments: EnvironmentsSettings;
  /** Rises with every edit. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Returns an app from its rows. */
export function appOf(
  row: Selectable<AppsTable>,
  environments: readonly Selectable<AppEnvironmentsTable>[],
): App {
  return {
    id: row.id,
    name: row.name,
    bundleId: row.bundle_id,
    appAppleId: row.apple_id,
    environments: Object.fromEntries(
      environments.map((settings) => [settings.environment, settingsOf(settings)]),
    ),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function settingsOf(row: Selectable<AppEnvironmentsTable>): EnvironmentSettings {
  return {
    trustedRoots: fromJsonText(row.trusted_roots),
    ...(row.realtime_base_url === null ? {} : { realtimeBaseUrl: row.realtime_base_url }),
    requiredApprovals: row.required_approvals,
  };
}
