import type { MaybePromise } from "@holdfast/appstore/crypto";
import type { DecisionRecord } from "../wire/decision-record.ts";

/** Where decisions are kept. */
export interface DecisionLog {
  /**
   * Keeps one record. Resolves when it survives the end of this process; a log that cannot write
   * resolves too, counts what it drops, and says so through {@link DecisionLog.health}.
   */
  append(record: DecisionRecord): MaybePromise<void>;
  health(): DecisionLogHealth;
}

/** How a decision log is doing. */
export interface DecisionLogHealth {
  /** False while records cannot be written. */
  readonly ready: boolean;
  /** Why not; one short phrase without paths. */
  readonly reason?: string;
  /** Records waiting in memory. */
  readonly pending: number;
  /** Records lost since the start. */
  readonly dropped: number;
}
