import { CodedError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { readApp } from "../apps/index.ts";
import type { JobKind } from "../jobs/index.ts";
import type { AppleClients } from "../keys/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import { writePollProblem, writeReviewStates } from "./write-review-states.ts";
import type { ContentPlace } from "./review-states.ts";

/** What asking for review states needs. */
export interface PollOptions {
  readonly database: Database;
  readonly clients: AppleClients;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /**
   * How often Apple is asked for the states of an app in an environment, ms; default one minute in
   * production and two in the sandbox: 60 and 30 of the 3,600 and 360 calls an hour that Apple allows.
   */
  readonly everyMs?: Readonly<Record<FlowEnvironment, number>>;
}

const EVERY_MS = { production: 60_000, sandbox: 120_000 } as const;

/** How often it is looked which app and environment is due, ms. */
const LOOK_EVERY_MS = 30_000;

/** Returns the job that asks Apple for the review states of every app with a key, where it is due. */
export function reviewJob(options: PollOptions): JobKind {
  const { database, now = Date.now, everyMs = EVERY_MS } = options;
  return {
    name: "apple.review-states",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      for (const place of await duePlaces(database.queries, everyMs, now())) {
        signal.throwIfAborted();
        await pollReviews(place, options, signal);
      }
    },
  };
}

/**
 * Asks Apple for the review states of an app's messages and images and writes them. Where Apple does not
 * answer, why is written down and nothing else changes; returns whether it answered.
 *
 * @throws what the database throws, and AppleApiError `REQUEST_ABORTED` where the signal ended it
 */
export async function pollReviews(
  place: ContentPlace,
  { database, clients, now = Date.now }: PollOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const lists = await ask();
  if (lists === undefined) return false;
  await database.transaction((transaction) => writeReviewStates(transaction, place, lists));
  return true;

  async function ask() {
    try {
      const app = await readApp(database.queries, place.app);
      const client = await clients.retentionMessaging(app, place.environment);
      const askedAt = now();
      const messages = await client.getMessageList({ signal });
      const images = await client.getImageList({ signal });
      return { messages, images, askedAt, seenAt: now() };
    } catch (error) {
      if (signal.aborted) throw error;
      const code = error instanceof CodedError ? String(error.code) : "INTERNAL";
      await writePollProblem(database.queries, place, { code, at: now() });
      return undefined;
    }
  }
}

/** Returns the places Apple can be asked of: where an app is served and has a key. */
export function keyedPlaces(
  queries: Queries,
): Promise<readonly (ContentPlace & { readonly askedAt: number | null })[]> {
  return queries
    .selectFrom("app_environments as place")
    .innerJoin("in_app_purchase_keys as key", (join) =>
      join.onRef("key.app", "=", "place.app").on("key.is_active", "=", 1),
    )
    .leftJoin("review_polls as poll", (join) =>
      join.onRef("poll.app", "=", "place.app").onRef("poll.environment", "=", "place.environment"),
    )
    .select(["place.app", "place.environment", "poll.asked_at as askedAt"])
    .orderBy("place.app")
    .orderBy("place.environment")
    .execute();
}

async function duePlaces(
  queries: Queries,
  everyMs: Readonly<Record<FlowEnvironment, number>>,
  now: number,
): Promise<readonly ContentPlace[]> {
  return (await keyedPlaces(queries))
    .filter(({ environment, askedAt }) => (askedAt ?? 0) + everyMs[environment] <= now)
    .map(({ app, environment }) => ({ app, environment }));
}
