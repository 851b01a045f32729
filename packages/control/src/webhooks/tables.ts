import type { RouteBody, routes } from "@holdfast/api";
import type { JsonText } from "../storage/json-text.ts";

/** A webhook as the API shows it. */
type WebhookBody = RouteBody<typeof routes.readWebhook>;

/** A kind of event, as the API names them. */
export type EventKind = WebhookBody["events"][number];

/** Why a webhook is held back. */
export type DisabledBecause = NonNullable<WebhookBody["disabledBecause"]>;

/** Addresses that are told of events. What posts are signed with is with the secrets. */
export interface WebhooksTable {
  readonly id: string;
  readonly app: string;
  readonly url: string;
  readonly events: JsonText<readonly EventKind[]>;
  /** Null while it is not held back. */
  readonly disabled_because: DisabledBecause | null;
  /** When the first attempt failed after the last one that did not; null while the last one arrived. */
  readonly failing_since: number | null;
  /** Rises with every edit; what ETags are made of. */
  readonly version: number;
  readonly created_at: number;
}

/** Events on their way to webhooks, and for a while those that have ended. */
export interface WebhookDeliveriesTable {
  readonly id: string;
  readonly webhook: string;
  readonly event: EventKind;
  /** What is posted, the same bytes at every attempt. */
  readonly body: string;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  /** The HTTP status of the last answer. */
  readonly status: number | null;
  /** The code of why the last attempt failed. */
  readonly problem: string | null;
  /** When it was written, which is soon after the event. */
  readonly created_at: number;
  /** When it is tried again; null once it is not. */
  readonly next_at: number | null;
}

/** The one row that says how far the feed of changes was told; none before the first webhook. */
export interface WebhookFeedTable {
  readonly id: 1;
  readonly cursor: string;
}
