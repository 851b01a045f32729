import { AppleApiError } from "@holdfast/appstore/http";
import type {
  DefaultPlace,
  RetentionMessagingClient,
} from "@holdfast/appstore/retention-messaging/client";
import { readApp } from "../apps/index.ts";
import type { JobKind } from "../jobs/index.ts";
import { readStoredRetention } from "./catalog-retention.ts";
import { placeKey, readSeenDefaults, writeDefault } from "./default-messages.ts";
import { describedPlaces } from "./described-places.ts";
import { findMissingDefaults } from "./missing-defaults.ts";
import { keyedPlaces } from "./poll-reviews.ts";
import type { PollOptions } from "./poll-reviews.ts";
import { readStoredCatalog } from "./read-catalog.ts";
import type { ContentPlace } from "./review-states.ts";
import { writeDefaultProblems } from "./stored-problems.ts";

/** How often some default messages are asked for, ms. */
const EVERY_MS = 10 * 60_000;

/** How many at a time: 120 of the 360 calls an hour that Apple allows in the sandbox. */
const ASKED_AT_ONCE = 20;

/** How long what Apple said of a default message counts, ms. */
const KNOWN_MS = 24 * 3_600_000;

/** Apple's number for "there is no default message". */
const DEFAULT_MESSAGE_NOT_FOUND = 4_040_020;

/**
 * Returns the job that asks Apple for the default messages of every product in every locale it is described
 * in, some at a time, for Apple has no list of them; and that tells which are missing.
 */
export function defaultsJob(options: Omit<PollOptions, "everyMs">): JobKind {
  return {
    name: "apple.default-messages",
    everyMs: EVERY_MS,
    async run({ signal }) {
      for (const { app, environment } of await keyedPlaces(options.database.queries)) {
        signal.throwIfAborted();
        await pollDefaults({ app, environment }, options, signal);
      }
    },
  };
}

/**
 * Asks Apple for those default messages of a place that were not asked for the longest time, and writes
 * which are missing. Where Apple does not answer, what it said before stays, and the next run goes on.
 *
 * @throws what the database throws
 */
async function pollDefaults(
  place: ContentPlace,
  { database, clients, now = Date.now }: Omit<PollOptions, "everyMs">,
  signal: AbortSignal,
): Promise<void> {
  const { queries } = database;
  const wanted = describedPlaces((await readStoredCatalog(queries, place.app))?.products ?? []);
  const due = dueFirst(wanted, await readSeenDefaults(queries, place), now() - KNOWN_MS);
  if (due.length > 0) {
    try {
      const client = await clients.retentionMessaging(
        await readApp(queries, place.app),
        place.environment,
      );
      for (const each of due.slice(0, ASKED_AT_ONCE)) {
        const messageIdentifier = await askForDefault(client, each, signal);
        await writeDefault(queries, place, { ...each, messageIdentifier, seenAt: now() });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof AppleApiError)) throw error;
    }
  }
  await database.transaction(async (transaction) => {
    const seen = await readSeenDefaults(transaction.queries, place);
    const retention = await readStoredRetention(transaction.queries, place.app);
    const { environment } = place;
    const missing = findMissingDefaults(wanted, { environment, seen, retention });
    await writeDefaultProblems(transaction.queries, missing, { ...place, now: now() });
  });
}

/** Those never asked for first, then the longest ago; what was asked for since `before` is not due. */
function dueFirst(
  wanted: readonly DefaultPlace[],
  seen: readonly (DefaultPlace & { readonly seenAt: number })[],
  before: number,
): readonly DefaultPlace[] {
  const seenAt = new Map(seen.map((each) => [placeKey(each), each.seenAt]));
  return wanted
    .map((place) => ({ place, at: seenAt.get(placeKey(place)) ?? 0 }))
    .filter(({ at }) => at <= before)
    .toSorted((one, other) => one.at - other.at)
    .map(({ place }) => place);
}

async function askForDefault(
  client: RetentionMessagingClient,
  place: DefaultPlace,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return (await client.getDefaultMessage(place, { signal })).messageIdentifier;
  } catch (error) {
    const isNone = error instanceof AppleApiError && error.errorCode === DEFAULT_MESSAGE_NOT_FOUND;
    if (isNone) return null;
    throw error;
  }
}
