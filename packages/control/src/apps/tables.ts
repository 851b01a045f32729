import type { JsonText } from "../storage/json-text.ts";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** Apps. Every table that refers to one loses its rows with it. */
export interface AppsTable {
  readonly id: string;
  readonly name: string;
  readonly bundle_id: string;
  readonly apple_id: number;
  /** Rises with every edit; what ETags are made of. */
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Apps that were deleted, while something of them is left in large tables. */
export interface AppClearancesTable {
  readonly app: string;
  readonly deleted_at: number;
}

/** How an app is served in an environment; none where it is not. */
export interface AppEnvironmentsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** PEM, each once. */
  readonly trusted_roots: JsonText<readonly string[]>;
  readonly realtime_base_url: string | null;
  readonly required_approvals: number;
}
