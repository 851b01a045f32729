import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { DecisionHost } from "./decision-record.ts";

/**
 * Who sends decisions that no disk keeps, and how many it has made: control finds by it what was lost on the way.
 * A member `sender` beside the decisions.
 */
export interface DecisionSender {
  /** A UUID, made when the isolate answered its first request. */
  readonly isolate: string;
  readonly host: DecisionHost;
  /** For each place that decisions of this batch are of. */
  readonly made: readonly DecisionsMade[];
}

/** How many decisions an isolate has made for a place since its start, those of this batch included. */
export interface DecisionsMade {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly count: number;
}
