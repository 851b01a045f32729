import type { AppScope } from "../access/tables.ts";
import { coversApp } from "../http/index.ts";
import type { ServerEvent } from "../http/index.ts";
import { liveSequences } from "../publishing/publications.ts";
import { PUBLICATION_TOPIC, STOP_LIST_TOPIC } from "../publishing/publishing-means.ts";
import type { PublicationPlace } from "../publishing/publishing-means.ts";
import { stopListSequences } from "../publishing/stop-lists.ts";
import type { Queries } from "../storage/index.ts";
import type { ChangeHub, ChangeNews } from "../changes/index.ts";

/** What changes of a signing key are announced under: it is part of the live value. */
const SIGNING_KEY_TOPIC = "in-app-purchase-key";

/** The topics a hub must hear for {@link watchSnapshots}. */
export const WATCHED_TOPICS = [PUBLICATION_TOPIC, STOP_LIST_TOPIC, SIGNING_KEY_TOPIC] as const;

/** That a live value or a stop list changed. */
interface Changed extends PublicationPlace {
  readonly what: "live" | "stopList";
  /** The sequence it has now. */
  readonly sequence: number;
}

/** How snapshots are watched. */
export interface WatchOptions {
  readonly queries: Queries;
  readonly hub: ChangeHub;
  /** The apps that may be seen. */
  readonly apps: AppScope;
  /** Ends the watching. */
  readonly signal: AbortSignal;
}

/**
 * Tells of everything that is live or stopped, and then again of what changes. However slowly it is read,
 * it holds no more than which places changed: what they are is looked up when it is read.
 *
 * Throws what the database throws.
 */
export async function* watchSnapshots({
  queries,
  hub,
  apps,
  signal,
}: WatchOptions): AsyncGenerator<ServerEvent, void, undefined> {
  const inbox = createInbox(signal);
  // Before the first look, so that nothing falls between.
  const stop = hub.listen((news) => inbox.add(news));
  try {
    let news = EVERYTHING;
    while (!signal.aborted) {
      for (const changed of await readState(queries)) {
        if (coversApp({ apps }, changed.app) && news.concern(changed)) {
          yield { event: "changed", data: changed };
        }
      }
      news = await inbox.take();
    }
  } finally {
    stop();
  }
}

/** Returns what is live and stopped everywhere. */
async function readState(queries: Queries): Promise<readonly Changed[]> {
  const live = await liveSequences(queries);
  const stopLists = await stopListSequences(queries);
  const changed = (
    what: Changed["what"],
    { app, environment, sequence }: Omit<Changed, "what">,
  ): Changed => ({ app, environment, what, sequence });
  return [
    ...stopLists.map((place) => changed("stopList", place)),
    ...live.map((place) => changed("live", place)),
  ];
}

/** What news are about. */
interface CollectedNews {
  concern(changed: Changed): boolean;
}

const EVERYTHING: CollectedNews = { concern: () => true };

/** Collects news until they are taken. */
interface Inbox {
  add(news: ChangeNews): void;
  /** Waits for news, or for the end. */
  take(): Promise<CollectedNews>;
}

function createInbox(signal: AbortSignal): Inbox {
  let places = new Set<string>();
  let isEverything = false;
  let wake: (() => void) | undefined;
  signal.addEventListener("abort", () => wake?.(), { once: true });

  return {
    add({ changes, missed }) {
      isEverything ||= missed;
      for (const { topic, app, environment } of changes) {
        const what = topic === STOP_LIST_TOPIC ? "stopList" : "live";
        places.add([what, app ?? "*", environment ?? "*"].join(" "));
      }
      wake?.();
    },
    async take() {
      if (places.size === 0 && !isEverything && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const news = isEverything ? EVERYTHING : newsOf(places);
      places = new Set();
      isEverything = false;
      return news;
    },
  };
}

function newsOf(places: ReadonlySet<string>): CollectedNews {
  return {
    concern: ({ what, app, environment }) =>
      places.has(`${what} ${app} ${environment}`) || places.has(`${what} ${app} *`),
  };
}
