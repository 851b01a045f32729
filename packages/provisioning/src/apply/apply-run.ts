import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { DesiredContent } from "../desired/content.ts";
import type { Plan } from "../plan/plan.ts";
import type { StateKeeper } from "../state/state-keeper.ts";
import type { ApplyLog } from "./apply-log.ts";
import type { ApplyEvent } from "./apply-result.ts";

/** How long to wait for Apple's approval. */
interface ApprovalWait {
  readonly timeoutMs: number;
  /** Between two looks at Apple's lists; see `approvalIntervalMs`. */
  readonly intervalMs: number;
}

/** Makes a change of the real-time URL; `from` is null where there was none. */
export type ChangeRealtimeUrl = (
  change: { readonly from: string | null; readonly to: string },
  make: () => Promise<void>,
) => Promise<void>;

/**
 * What is done while Apple has not approved everything.
 *
 * - `nothing`: default messages, publishing and the URL all wait until everything is approved
 * - `defaults`: default messages whose own message is approved are set; nothing goes live
 * - `publish`: these are set, and `publish` is called with what is approved; it decides whether that is
 *   enough. What Apple has rejected keeps nothing from going live either
 */
type BeforeApproval = "nothing" | "defaults" | "publish";

/** How far Apple is when the flow is to go live. */
export interface PublishReadiness {
  /** Whether something still waits for Apple's approval. */
  readonly isWaiting: boolean;
}

/** What a plan is carried out with. */
export interface ApplyOptions {
  readonly client: RetentionMessagingClient;
  /** What the plan was made of. */
  readonly desired: DesiredContent;
  readonly state: StateKeeper;
  /** What the flow is called where its use is remembered. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after some milliseconds, or when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Ends applying; a request that is under way is given up, which does no harm. */
  readonly signal?: AbortSignal | undefined;
  /** Told of what happens; waited for, so that it can be written down before anything more happens. */
  readonly progress?: ((event: ApplyEvent) => void | Promise<void>) | undefined;
  /** Waits until Apple has approved everything; without it what is not approved is left for later. */
  readonly wait?: ApprovalWait | undefined;
  /**
   * Makes a change of the real-time URL, and writes it down, so that it can be taken back. Default:
   * only makes it.
   */
  readonly changeRealtimeUrl?: ChangeRealtimeUrl | undefined;
  /**
   * Puts the flow live, and returns whether it is; called before the URL is set, which follows only what
   * is live. An error with a code ends applying, with what was done told.
   */
  readonly publish?: ((ready: PublishReadiness) => Promise<boolean>) | undefined;
  /** Default `defaults`. */
  readonly beforeApproval?: BeforeApproval | undefined;
  /** Deletes what nobody wants and nothing protects; without it nothing is ever deleted. */
  readonly prune?: { readonly rollbackWindowMs: number } | undefined;
}

/** What the steps of applying share. */
export interface ApplyRun extends ApplyOptions {
  readonly plan: Plan;
  readonly log: ApplyLog;
}
