import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** Why a status is wanted, the most urgent first: the next answer needs it, an outcome waits for it, somebody imported it. */
export type WantedReason = "unknown" | "outcome" | "import";

/** What is asked of Apple: how the subscription stands, or all its transactions. */
export type WantedStep = "status" | "history";

/**
 * Subscriptions Apple is to be asked about, and for a while those it was asked about. They refer to no app:
 * those of one that was deleted are cleared after it.
 */
export interface WantedStatusesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** The pseudonym of the subscription, or of an imported transaction's id as if it were one. */
  readonly subject: string;
  readonly step: WantedStep;
  readonly reason: WantedReason;
  /** The reason as a number, 0 the most urgent. */
  readonly urgency: number;
  /** The id to ask by, as `SubscriptionIds.seal` made it for this subject; null where another row has it. */
  readonly sealed_id: string | null;
  /** The same as a runtime sealed it in a decision. */
  readonly decision_sealed_id: string | null;
  /** The import it is counted in until its status is there. */
  readonly import_id: string | null;
  /** When somebody wanted it: a subscription that was erased later is not known again by it. */
  readonly wanted_at: number;
  /** 1: the history is read after the status. */
  readonly wants_history: number;
  /** When Apple is asked, or asked again; null once it need not be. */
  readonly next_at: number | null;
  /** How often Apple was asked without an answer to use. */
  readonly attempts: number;
  /** The code of why the last of those was none. */
  readonly problem: string | null;
  /** When Apple last told the status, or that there is none. */
  readonly fetched_at: number | null;
}

/** How asking Apple goes, a row for each app and environment that was asked for. */
export interface StatusQueuesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Apple is not asked before. */
  readonly paused_until: number | null;
  /** Since when no question was answered, but each ended in a pause; null while they are. */
  readonly paused_since: number | null;
  readonly problem: string | null;
  readonly problem_at: number | null;
  /** Statuses settled per second, as last measured. */
  readonly rate: number | null;
  readonly rate_at: number | null;
}

/** Imports of subscribers: how far they are. Their ids are in `wanted_statuses` until Apple was asked. */
export interface SubscriberImportsTable {
  readonly id: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly name: string | null;
  /** A keyed hash of the file's SHA-256: of a file with one id a plain hash would tell the id. */
  readonly file_hash: string;
  readonly state: "receiving" | "fetching" | "done" | "cancelled";
  readonly total: number;
  readonly received: number;
  readonly accepted: number;
  readonly repeated: number;
  readonly invalid: number;
  readonly fetched: number;
  readonly not_found: number;
  readonly failed: number;
  readonly created_by: string;
  readonly created_at: number;
  readonly ended_at: number | null;
}
