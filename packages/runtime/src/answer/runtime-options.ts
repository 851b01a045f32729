import type { RevocationLookup, SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { RequestCapture } from "../ports/capture.ts";
import type { Clock } from "../ports/clock.ts";
import type { DecisionLog } from "../ports/decisions.ts";
import type { Observer } from "../ports/observer.ts";
import type { PublicationSource } from "../ports/publications.ts";
import type { SubscriberStore } from "../ports/subscribers.ts";
import type { DecisionHost } from "../wire/decision-record.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { StartDeadline } from "./deadline.ts";

/** The time an answer may take by default, in milliseconds: well under the 700 Apple waits. */
export const DEFAULT_BUDGET_MS = 400;

/** What a runtime is made of: its ports, and its bounds. */
export interface RuntimeOptions {
  readonly publications: PublicationSource;
  readonly verifier: SignedDataVerifier;
  readonly decisions: DecisionLog;
  readonly observer: Observer;
  /** Without a store all subscriber state is unknown. */
  readonly subscribers?: SubscriberStore;
  /** Between the runtime and that store; default: one of its own. */
  readonly breaker?: CircuitBreaker;
  /** Without records every chain counts as not revoked. */
  readonly revocations?: RevocationLookup;
  readonly clock: Clock;
  /** What decision records say made them; default nothing. */
  readonly host?: DecisionHost;
  /** Is given verified requests as they came; default nobody. */
  readonly capture?: RequestCapture;
  /** Milliseconds after which nothing is waited for any more; default 400. */
  readonly budgetMs?: number;
  /** Keeps that budget; default `startDeadline`. Lookups have a bound of their own. */
  readonly startDeadline?: StartDeadline;
  /** Milliseconds one lookup of subscriber state may take; default 50. */
  readonly lookupMs?: number;
  /** Milliseconds signedDate may be off our clock; default five minutes. */
  readonly freshnessMs?: number;
}
