import { CONDITION_TOPIC, findCondition } from "../../health/conditions.ts";
import { readUploads } from "../../catalog/uploaded-content.ts";
import { findPublication } from "../../publishing/publications.ts";
import { PUBLICATION_TOPIC, STOP_LIST_TOPIC } from "../../publishing/publishing-means.ts";
import type { PublicationPlace } from "../../publishing/publishing-means.ts";
import { findSchedule, SCHEDULE_FAILED_TOPIC } from "../../publishing/schedules.ts";
import { readStopList } from "../../publishing/stop-lists.ts";
import type { Change, Queries } from "../../storage/index.ts";
import type { EventKind } from "../tables.ts";
import type { EventData, WebhookEvent } from "./webhook-event.ts";

/** A change of an app in an environment, as somebody announced it. */
interface PlacedChange extends PublicationPlace {
  /** The id of what changed. */
  readonly subject: string;
}

/** What becomes of a topic's changes: the kind of event, and how its data is found. */
interface Told<Kind extends EventKind = EventKind> {
  readonly kind: Kind;
  /** Returns undefined where what it tells of is gone. */
  readonly dataOf: (queries: Queries, change: PlacedChange) => Promise<EventData[Kind] | undefined>;
}

/** Holds the data to what its kind of event tells. */
function told<Kind extends EventKind>(kind: Kind, dataOf: Told<Kind>["dataOf"]): Told {
  return { kind, dataOf };
}

/** The topics that are about an app in an environment. */
const TOLD: Readonly<Record<string, Told>> = {
  [PUBLICATION_TOPIC]: told("publication.live", publicationData),
  [SCHEDULE_FAILED_TOPIC]: told("publication.failed", scheduleData),
  "deployment.failed": told("publication.failed", async (_, { subject }) => ({
    deployment: subject,
  })),
  [STOP_LIST_TOPIC]: told("stopList.changed", stopListData),
  "apple-message.approved": told("message.approved", messageData),
  "apple-message.rejected": told("message.rejected", messageData),
  "apple-image.approved": told("image.approved", imageData),
  "apple-image.rejected": told("image.rejected", imageData),
  "realtime-url.changed": told("realtimeUrl.changed", async (_, { subject }) =>
    subject === "" ? {} : { change: subject },
  ),
  "performance-test.finished": told("performanceTest.finished", async (_, { subject }) => ({
    performanceTest: subject,
  })),
};

/** The topics of the feed of changes that events are made of. */
export const EVENT_TOPICS: readonly string[] = [...Object.keys(TOLD), CONDITION_TOPIC];

/**
 * Returns the event a change is; undefined where it is none, or what it tells of is gone. What it was is
 * looked up now, soon after the change.
 */
export async function eventOf(queries: Queries, change: Change): Promise<WebhookEvent | undefined> {
  const { topic, app, at, environment } = change;
  const subject = change.subject ?? "";
  if (app === null) return undefined;
  if (topic === CONDITION_TOPIC) return conditionEvent(queries, subject, at);
  if (environment !== "sandbox" && environment !== "production") return undefined;
  const entry = TOLD[topic];
  const data = await entry?.dataOf(queries, { app, environment, subject });
  return entry && data && { kind: entry.kind, app, environment, at, data };
}

async function conditionEvent(
  queries: Queries,
  id: string,
  at: number,
): Promise<WebhookEvent | undefined> {
  const condition = await findCondition(queries, id);
  if (condition === undefined) return undefined;
  const { kind, app, environment, details } = condition;
  const place = environment === "both" ? {} : { environment };
  return { kind, app, ...place, at, data: details };
}

async function publicationData(queries: Queries, change: PlacedChange) {
  const publishedAs = Number(change.subject);
  if (!Number.isSafeInteger(publishedAs)) return undefined;
  const publication = await findPublication(queries, change, publishedAs);
  if (publication === undefined) return undefined;
  const { sequence, version, snapshot, label, kind } = publication;
  return { sequence, version, snapshot, label, kind };
}

async function scheduleData(queries: Queries, { subject }: PlacedChange) {
  const schedule = await findSchedule(queries, subject);
  if (schedule === undefined) return undefined;
  const { version, problem = "UNKNOWN" } = schedule;
  return { schedule: subject, version, problem };
}

async function stopListData(queries: Queries, change: PlacedChange) {
  const list = await readStopList(queries, change);
  if (list === undefined) return undefined;
  const { sequence, appPaused, offersPaused, stoppedOffers, rejectedMessages } = list;
  // How many, not which: Apple may have rejected thousands.
  return {
    sequence,
    appPaused,
    offersPaused,
    stoppedOffers: stoppedOffers.length,
    rejectedMessages: rejectedMessages.length,
  };
}

function messageData(queries: Queries, change: PlacedChange) {
  return contentData(queries, change, "message");
}

function imageData(queries: Queries, change: PlacedChange) {
  return contentData(queries, change, "image");
}

async function contentData(
  queries: Queries,
  { subject, ...place }: PlacedChange,
  kind: "message" | "image",
) {
  const uploads = await readUploads(queries, place, { kind, identifiers: [subject] });
  const { name, locale } = uploads.get(subject) ?? {};
  return {
    identifier: subject,
    ...(name === undefined ? {} : { name }),
    ...(locale === undefined ? {} : { locale }),
  };
}
