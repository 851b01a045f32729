import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";

/** What a runtime answers by, for one app and environment. */
export interface Served {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly snapshot?: string | undefined;
  readonly sequence: number;
  readonly stopListSequence: number;
  readonly problem?: string | undefined;
}

/** Runtimes as they last reported. */
export interface RuntimesTable {
  readonly id: string;
  /** The token it reports with: nobody else may report in its name. */
  readonly token: string;
  readonly host: "node" | "workers";
  readonly release: string;
  readonly started_at: number;
  readonly serves: JsonText<readonly Served[]>;
  readonly reported_at: number;
}
