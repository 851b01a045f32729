import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { JsonText } from "../storage/json-text.ts";

/** How requests ended since a runtime started. */
export interface AnswerCounts {
  /** As the flow says. */
  readonly answered: number;
  /** With another approved response. */
  readonly fallback: number;
  /** With the deliberate 503 of `deferToApple`. */
  readonly deferred: number;
  /** With a 4xx: no valid requests of Apple's. */
  readonly refused: number;
  /** With a 5xx: no answer was to be had. */
  readonly unavailable: number;
  /** When Apple last asked, ms since 1970; absent where it has not. */
  readonly lastRequestAt?: number | undefined;
}

/** What a runtime answers by, for one app and environment. */
export interface Served {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly snapshot?: string | undefined;
  readonly sequence: number;
  readonly stopListSequence: number;
  readonly problem?: string | undefined;
  /** Absent from a runtime that does not count. */
  readonly answers?: AnswerCounts | undefined;
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

/** How requests ended in an hour, over all runtimes. */
export interface AnswerHoursTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** The hour's beginning, ms since 1970. */
  readonly hour: number;
  readonly answered: number;
  readonly fallback: number;
  readonly deferred: number;
  readonly refused: number;
  readonly unavailable: number;
  /** When Apple last asked, as reported until the hour's end; 0 where it had not. */
  readonly last_request_at: number;
}
