import { recordAudit } from "../audit/index.ts";
import type { ContentPlace } from "../catalog/index.ts";
import type { Transaction } from "../storage/index.ts";
import { REALTIME_URL_JOB, REALTIME_URL_TOPIC } from "./realtime-url-means.ts";
import type { RealtimeUrlMeans } from "./realtime-url-means.ts";
import { readSeenUrl, writeSeenUrl } from "./seen-url.ts";
import type { SeenUrl } from "./seen-url.ts";
import { deleteAsked, insertUrlChange, listAsked, markMade } from "./url-changes.ts";

const SYSTEM = { kind: "system", id: REALTIME_URL_JOB, name: "Holdfast" } as const;

/**
 * Takes over which URL Apple has, in one transaction: a change that was asked for and cut off turns out to
 * be made or not, and a URL that nobody set here is a change made elsewhere. Seeing the same again changes
 * nothing more. Call it while alone with the place.
 *
 * @throws what the database throws
 */
export async function recordSeenUrl(
  { database, ids }: Pick<RealtimeUrlMeans, "database" | "ids">,
  place: ContentPlace,
  seen: SeenUrl,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const { queries } = transaction;
    const known = await readSeenUrl(queries, place);
    const isMadeHere = await settleAsked(transaction, place, seen);
    if (known !== undefined && known.url !== seen.url && !isMadeHere) {
      const change = { id: `url_${ids()}`, at: seen.seenAt, before: known.url, after: seen.url };
      await recordElsewhere(transaction, place, change);
    }
    await writeSeenUrl(queries, place, seen);
  });
}

/** Returns whether the URL is what a change that was asked for led to. */
async function settleAsked(
  transaction: Transaction,
  place: ContentPlace,
  { url, seenAt }: SeenUrl,
): Promise<boolean> {
  const asked = await listAsked(transaction.queries, place);
  const made = asked.find(({ after }) => after === url);
  if (made !== undefined) await settleMade(transaction, place, made.id);
  for (const { id, before } of asked.filter((change) => change !== made)) {
    const summary =
      before === url
        ? `found that the change ${id} of the real-time URL was not made`
        : `could not find whether the change ${id} of the real-time URL was made: it is another one`;
    await settleNotMade(transaction, { place, id, summary, now: seenAt });
  }
  return made !== undefined;
}

/** Writes down that Apple made a change it was asked for, and announces it, once. */
export async function settleMade(
  { queries, announce }: Transaction,
  { app, environment }: ContentPlace,
  id: string,
): Promise<void> {
  if (!(await markMade(queries, id))) return;
  announce({ topic: REALTIME_URL_TOPIC, app, environment, subject: id });
}

/** A change that Apple did not make. */
export interface UnmadeChange {
  readonly place: ContentPlace;
  readonly id: string;
  /** For the audit log, which has the asking. */
  readonly summary: string;
  readonly now: number;
}

/** Forgets a change that Apple was asked for and did not make, and says so in the audit log, once. */
export async function settleNotMade(
  { queries }: Transaction,
  { place: { app, environment }, id, summary, now }: UnmadeChange,
): Promise<void> {
  if (!(await deleteAsked(queries, id))) return;
  const action = "settleRealtimeUrlChange";
  const entry = { actor: SYSTEM, action, app, environment, target: id, summary };
  await recordAudit(queries, entry, now);
}

interface FoundChange {
  readonly id: string;
  readonly at: number;
  readonly before: string | null;
  readonly after: string | null;
}

/** The log names the change and no URL: what others wrote into theirs is not known to be no secret. */
async function recordElsewhere(
  { queries, announce }: Transaction,
  { app, environment }: ContentPlace,
  change: FoundChange,
): Promise<void> {
  const { id, at } = change;
  await insertUrlChange(queries, { ...change, app, environment, state: "made", changedBy: null });
  announce({ topic: REALTIME_URL_TOPIC, app, environment, subject: id });
  const summary = `found that the real-time URL in ${environment} was changed elsewhere`;
  const action = "noteRealtimeUrlChange";
  const entry = { actor: SYSTEM, action, app, environment, target: id, summary };
  await recordAudit(queries, entry, at);
}
