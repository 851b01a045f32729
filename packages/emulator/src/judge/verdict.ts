import type {
  DecodedRealtimeRequestBody,
  RealtimeResponseBody,
} from "@holdfast/appstore/retention-messaging";
import type { SendAttemptResult } from "../realtime/send-attempt-result.ts";
import type { EnvironmentWorld } from "../world/world.ts";
import { type Rule, RULES, type Warning, WARNINGS } from "./rules.ts";

/** A rule and how it was broken, for people. */
export interface BrokenRule {
  readonly rule: Rule;
  readonly detail: string;
}

/** Something seen that breaks no documented rule, for people. */
export interface WarningNote {
  readonly rule: Warning;
  readonly detail: string;
}

/** What Apple makes of an answer. */
export interface Verdict {
  readonly outcome: SendAttemptResult;
  /** True when nothing is broken: Apple shows what was answered. */
  readonly accepted: boolean;
  readonly broken: readonly BrokenRule[];
  readonly warnings: readonly WarningNote[];
  /** What was answered; only when accepted. */
  readonly response?: RealtimeResponseBody;
  /** The nonce of an accepted offer: from now on it is used. */
  readonly nonce?: string;
}

/** What an answer is judged against. */
export interface JudgeContext {
  /** What was asked. */
  readonly request: DecodedRealtimeRequestBody;
  /** The app and its messages, where it was asked. */
  readonly world: EnvironmentWorld;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tells whether an accepted offer had this nonce before. */
  readonly isNonceUsed: (nonce: string) => boolean;
}

/** Collects what is found while an answer is judged. */
export class Findings {
  readonly broken: BrokenRule[] = [];
  readonly warnings: WarningNote[] = [];

  /** Notes a broken rule; `came` says what was there instead. */
  break(rule: Rule, came?: string): void {
    this.broken.push({ rule, detail: describe(RULES[rule], came) });
  }

  /** Notes something that is not against a documented rule. */
  warn(rule: Warning, came?: string): void {
    this.warnings.push({ rule, detail: describe(WARNINGS[rule], came) });
  }
}

function describe(rule: string, came: string | undefined): string {
  return came === undefined ? rule : `${rule}; got ${came}`;
}
