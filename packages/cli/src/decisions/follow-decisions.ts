import { routes } from "@holdfast/api";
import type { CallInput } from "@holdfast/api";
import type { Io } from "../command.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import type { Decision } from "./render-decision.ts";

/** Which decisions to follow. */
export type DecisionQuery = Omit<
  CallInput<typeof routes.listDecisions>["query"] & object,
  "limit" | "cursor" | "since"
>;

/** What follows. */
export interface FollowOptions {
  readonly query: DecisionQuery;
  /** How many that are there already come first. */
  readonly first: number;
  /** Gets decisions, the oldest first. */
  readonly tell: (decisions: readonly Decision[]) => void;
  /** Told instead, when there were more at once than are shown. */
  readonly onMore: (count: number) => void;
}

/** How often it is asked for more, ms. */
const EVERY_MS = 2000;

/** Runtimes ship decisions some seconds after they were made, and not in the order of the requests. */
const OVERLAP_MS = 60_000;

/** The most that are shown at once: nobody reads more. */
const AT_ONCE = 200;

/** Tells of decisions as they come in, until Ctrl-C; rejects where they cannot be read. */
export async function followDecisions(
  place: PlaceAtControl,
  io: Pick<Io, "now" | "sleep" | "signal">,
  { query, first, tell, onMore }: FollowOptions,
): Promise<void> {
  let seen = new Map<string, number>();
  let newest = 0;
  const note = (decisions: readonly Decision[]): void => {
    for (const { requestIdentifier, requestedAt } of decisions) {
      seen.set(requestIdentifier, requestedAt);
      newest = Math.max(newest, requestedAt);
    }
  };
  const started = await readNewest(place, { ...query, limit: AT_ONCE });
  note(started.items);
  if (newest === 0) newest = io.now();
  tell(started.items.slice(0, first).reverse());
  while (await pause(io)) {
    const since = newest - OVERLAP_MS;
    const page = await readNewest(place, { ...query, since, limit: AT_ONCE });
    const fresh = page.items.filter(({ requestIdentifier }) => !seen.has(requestIdentifier));
    tell(fresh.toReversed());
    if (page.nextCursor !== undefined && fresh.length === page.items.length) onMore(AT_ONCE);
    note(fresh);
    // What is older than the overlap does not come again.
    seen = new Map([...seen].filter(([, at]) => at >= newest - 2 * OVERLAP_MS));
  }
}

/** Waits until it is time to ask again; returns false when Ctrl-C has ended that. */
async function pause({ sleep, signal }: Pick<Io, "sleep" | "signal">): Promise<boolean> {
  try {
    await sleep(EVERY_MS, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Returns the newest decisions, the newest first. */
export async function readNewest(
  { client, app, environment }: PlaceAtControl,
  query: NonNullable<CallInput<typeof routes.listDecisions>["query"]>,
): Promise<{ readonly items: readonly Decision[]; readonly nextCursor?: string | undefined }> {
  const { body } = await client.call(routes.listDecisions, {
    params: { app, environment },
    query,
  });
  return body;
}
