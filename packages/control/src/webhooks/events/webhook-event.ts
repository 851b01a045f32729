import type { ConditionKind, ConditionDetails } from "../../health/tables.ts";
import type { EventKind } from "../tables.ts";

/** What a content at Apple is, as an event names it. */
interface ContentData {
  /** Apple's identifier. */
  readonly identifier: string;
  /** What flows call it, where it was uploaded from here. */
  readonly name?: string;
  readonly locale?: string;
}

/** What each kind of event tells, beside the app and, where it is about one, the environment. */
export interface EventData extends Readonly<Record<ConditionKind, ConditionDetails>> {
  readonly "publication.live": {
    readonly sequence: number;
    readonly version: number;
    readonly snapshot: string;
    readonly label: string;
    /** How it came to be: `publish`, `rollback`, `schedule`, `approvedTexts`. */
    readonly kind: string;
  };
  readonly "publication.failed":
    | { readonly schedule: string; readonly version: number; readonly problem: string }
    | { readonly deployment: string };
  readonly "stopList.changed": {
    readonly sequence: number;
    readonly appPaused: boolean;
    readonly offersPaused: boolean;
    /** How many. */
    readonly stoppedOffers: number;
    /** How many. */
    readonly rejectedMessages: number;
  };
  readonly "message.approved": ContentData;
  readonly "message.rejected": ContentData;
  readonly "image.approved": ContentData;
  readonly "image.rejected": ContentData;
  readonly "realtimeUrl.changed": { readonly change?: string };
  readonly "performanceTest.finished": { readonly performanceTest: string };
}

/** What happened. */
export interface WebhookEvent<Kind extends EventKind = EventKind> {
  readonly kind: Kind;
  readonly app: string;
  readonly environment?: "sandbox" | "production";
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly data: EventData[Kind];
}

/** Returns an event as it is posted: JSON of type, time and data, as the specification recommends. */
export function bodyOf(
  { kind, app, environment, at, data }: WebhookEvent,
  { isTest = false }: { readonly isTest?: boolean } = {},
): string {
  return JSON.stringify({
    type: kind,
    timestamp: new Date(at).toISOString(),
    data: { app, ...(environment === undefined ? {} : { environment }), ...data },
    ...(isTest ? { isTest } : {}),
  });
}
