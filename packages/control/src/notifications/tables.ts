import type { FlowEnvironment } from "@holdfast/flow/evaluate";

/** How a notification came here: Apple posted it, or it was read from Apple's history. */
export type NotificationSource = "pushed" | "history";

/** What became of passing a notification on, over all that it is passed on to. */
type ForwardingState = "waiting" | "delivered" | "failed";

/** Whether Apple posts notifications here, or they are asked for. */
export type NotificationMode = "push" | "poll";

/**
 * Notifications of the App Store, each once. What they say went on to the subscribers' states. Of an app that
 * was deleted they are cleared after it.
 */
export interface NotificationsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly notification_uuid: string;
  readonly type: string;
  readonly subtype: string | null;
  /** Of the subscription it is about; null where it is about none, or that one was forgotten. */
  readonly pseudonym: string | null;
  /** When Apple signed it. */
  readonly signed_date: number;
  readonly received_at: number;
  readonly source: NotificationSource;
  /** Null where there was nobody to pass it on to. */
  readonly forwarding: ForwardingState | null;
}

/** How many notifications were new, by the day they came. */
export interface NotificationDaysTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** When the day began, UTC. */
  readonly day: number;
  readonly source: NotificationSource;
  readonly count: number;
  /** When the last of them came. */
  readonly last_at: number;
}

/** Who notifications are passed on to. */
export interface NotificationForwardsTable {
  readonly id: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** May hold a secret of the receiver's. */
  readonly url: string;
  readonly created_at: number;
  /** How many arrived. */
  readonly delivered: number;
  /** How many were given up, or not even tried because too many waited. */
  readonly failed: number;
  readonly last_delivered_at: number | null;
  /** The HTTP status of the last answer. */
  readonly last_status: number | null;
  /** The code of why the last attempt failed; null where it did not. */
  readonly last_problem: string | null;
  /** Since when every attempt failed; null while the last one arrived. */
  readonly failing_since: number | null;
}

/** Bodies as they came, sealed: they hold transaction ids. There while somebody still has to get them. */
export interface NotificationBodiesTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly notification_uuid: string;
  /** As it came; null where none came. */
  readonly content_type: string | null;
  readonly sealed: Uint8Array;
}

/** Notifications on their way to those they are passed on to; what has arrived or was given up is gone. */
export interface NotificationForwardingsTable {
  readonly id: string;
  readonly forward: string;
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly notification_uuid: string;
  readonly attempts: number;
  readonly next_at: number;
}

/** How notifications come, where somebody said so; default push. */
export interface NotificationSettingsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly mode: NotificationMode;
}

/** How far Apple's history was read. */
export interface NotificationReadsTable {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Everything Apple signed before it was read. */
  readonly covered_until: number;
  /** The span that is being read: from, until; null between two. */
  readonly reading_from: number | null;
  readonly reading_until: number | null;
  /** Apple's token of the next page; null for the first. */
  readonly pagination_token: string | null;
  /** When a span was last read to its end; null where none was. */
  readonly read_at: number | null;
  /** When one was that went back as far as recovery does. */
  readonly recovered_at: number | null;
  /** The code of why reading failed; null where it did not. */
  readonly problem: string | null;
  /** When reading goes on. */
  readonly next_at: number;
}
