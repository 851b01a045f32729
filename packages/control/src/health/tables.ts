import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";

/** What can be wrong for a while. */
export type ConditionKind =
  | "catalog.syncFailed"
  | "runtime.lost"
  | "fallbackRate.exceeded"
  | "apple.silent"
  | "key.refused"
  | "certificate.expiring"
  | "fixtures.failing"
  | "forward.failing"
  | "statuses.paused"
  | "workers.failing";

/** What is known of a condition, by name. Never something secret. */
export type ConditionDetails = Readonly<Record<string, string | number>>;

/** What was or is wrong, each time it was a row. */
export interface ConditionsTable {
  readonly id: string;
  readonly kind: ConditionKind;
  readonly app: string;
  /** `both` where it is the same in both. */
  readonly environment: FlowEnvironment | "both";
  /** Which one of the kind: a runtime, a key, a certificate; empty where there is only one. */
  readonly subject: string;
  readonly details: JsonText<ConditionDetails>;
  readonly began_at: number;
  /** Null while it stands. */
  readonly ended_at: number | null;
}
