import { ApiRefusal } from "@holdfast/api/server";
import { AppleApiError } from "@holdfast/appstore/http";
import { checkRealtimeUrl } from "@holdfast/appstore/retention-messaging";
import { findRealtimeUrl } from "@holdfast/appstore/retention-messaging/client";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { changesBetween } from "../audit/index.ts";
import { callApple, readServedApp } from "../catalog/index.ts";
import type { ContentPlace } from "../catalog/index.ts";
import { assertMatch } from "../http/index.ts";
import type { Change } from "../http/index.ts";
import { isStorageError } from "../storage/index.ts";
import { adviseOnPassingTest } from "./passing-test.ts";
import type { RealtimeUrlMeans } from "./realtime-url-means.ts";
import { recordSeenUrl, settleMade, settleNotMade } from "./record-seen-url.ts";
import { writeSeenUrl } from "./seen-url.ts";
import { insertUrlChange } from "./url-changes.ts";
import type { UrlChange } from "./url-changes.ts";
import { urlVersion } from "./url-version.ts";
import { whileAlone } from "./while-alone.ts";

/** How long a change waits for one that is under way, ms. */
const WAIT_MS = 10_000;

/** A change somebody wants. */
export interface WantedUrl {
  readonly place: ContentPlace;
  /** The ETag of the URL as it was seen. */
  readonly ifMatch: string;
  /** Null to have none. */
  readonly to: string | null;
  readonly changedBy: string;
  /** For the audit log, like `set the real-time URL`. */
  readonly summary: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Runs the request's one audited transaction. */
  readonly commit: (act: (change: Change) => Promise<void>) => Promise<void>;
}

/**
 * Changes the URL at Apple. The change is written down and audited before Apple is asked, so that whatever
 * is cut off leaves a way back; how one ended that was cut off is found out by the next look. Apple having
 * that URL already is a success that changes nothing.
 *
 * @throws ApiRefusal `PRECONDITION_FAILED`, `NOT_FOUND`, `APPLE_REFUSED`, `APPLE_UNREACHABLE`; `CONFLICT`
 *   without an In-App Purchase key; `UNAVAILABLE` while somebody else changes it
 */
export async function changeUrl(means: RealtimeUrlMeans, wanted: WantedUrl): Promise<void> {
  const { database } = means;
  const { place } = wanted;
  const app = await readServedApp(database.queries, place);
  await callApple(means, { app, environment: place.environment }, (client) =>
    whileAlone(database, place, {
      waitMs: WAIT_MS,
      act: (lost) => change(means, client, withSignal(wanted, lost)),
      otherwise: () => Promise.reject(beingChanged(place)),
    }),
  );
}

async function change(
  means: RealtimeUrlMeans,
  client: RetentionMessagingClient,
  wanted: WantedUrl,
): Promise<void> {
  const { place, ifMatch, to, now, signal, commit } = wanted;
  const from = await findRealtimeUrl(client, { signal });
  await recordSeenUrl(means, place, { url: from, seenAt: now });
  assertMatch(ifMatch, urlVersion(from));
  if (from === to) return;
  const asked = { id: `url_${means.ids()}`, before: from, after: to };
  await commit((transaction) => writeAsked(transaction, wanted, asked));
  try {
    await askApple(client, to, signal);
  } catch (error) {
    throw await afterFailure(means, { wanted, id: asked.id, error });
  }
  await noteMade(means, wanted, asked.id);
}

type AskedUrl = Pick<UrlChange, "id" | "before" | "after">;

async function writeAsked(
  { queries, audit }: Change,
  { place, changedBy, now, summary }: WantedUrl,
  asked: AskedUrl,
): Promise<void> {
  const { app, environment } = place;
  const { id, before, after } = asked;
  await insertUrlChange(queries, {
    ...asked,
    app,
    environment,
    at: now,
    state: "asked",
    changedBy,
  });
  const [from, to] = [{ realtimeURL: auditedUrl(before) }, { realtimeURL: auditedUrl(after) }];
  const changes = changesBetween(from, to, ["realtimeURL"]);
  await audit({ target: id, summary: `${summary} in ${environment}`, changes });
}

/** A URL of others' may hold a password or be no URL of the internet: of such a one the log has the host. */
function auditedUrl(url: string | null): string | undefined {
  if (url === null || !URL.canParse(url)) return undefined;
  return checkRealtimeUrl(url).length === 0 ? url : new URL(url).origin;
}

async function askApple(
  client: RetentionMessagingClient,
  to: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (to === null) await client.deleteRealtimeUrl({ signal });
  else await client.configureRealtimeUrl(to, { signal });
}

interface FailedChange {
  readonly wanted: WantedUrl;
  readonly id: string;
  readonly error: unknown;
}

/** Takes back in writing what Apple has certainly not done, and returns the error to answer with. */
async function afterFailure(
  { database }: RealtimeUrlMeans,
  { wanted: { place, now }, id, error }: FailedChange,
): Promise<unknown> {
  if (!(error instanceof AppleApiError) || error.effect !== "none") return error;
  const why = error.errorName ?? error.code;
  const summary = `the change ${id} of the real-time URL was not made: ${why}`;
  await database.transaction((transaction) =>
    settleNotMade(transaction, { place, id, summary, now }),
  );
  return adviseOnPassingTest(database.queries, place.app, error);
}

/** Apple has done it: what cannot be written now, the next look finds, and the answer is the same. */
async function noteMade(
  { database }: RealtimeUrlMeans,
  { place, to, now }: WantedUrl,
  id: string,
): Promise<void> {
  try {
    await database.transaction(async (transaction) => {
      await settleMade(transaction, place, id);
      await writeSeenUrl(transaction.queries, place, { url: to, seenAt: now });
    });
  } catch (error) {
    if (!PASSING.some((code) => isStorageError(error, code))) throw error;
  }
}

const PASSING = ["DATABASE_UNREACHABLE", "DATABASE_BUSY", "DATABASE_FULL"] as const;

function withSignal(wanted: WantedUrl, lost: AbortSignal): WantedUrl {
  return { ...wanted, signal: AbortSignal.any([wanted.signal, lost]) };
}

function beingChanged({ app, environment }: ContentPlace): ApiRefusal {
  const message = `the real-time URL of ${app} in ${environment} is being changed by somebody else`;
  return new ApiRefusal("UNAVAILABLE", message, { retryAfterSeconds: 10 });
}
