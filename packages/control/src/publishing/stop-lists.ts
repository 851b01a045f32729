import { signStopList } from "@holdfast/runtime/wire";
import type { PublisherKey } from "@holdfast/runtime/wire";
import type { Selectable } from "kysely";
import type { Change } from "../http/implementation.ts";
import { fromJsonText, insertNew, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import { nextSequence } from "./next-sequence.ts";
import { STOP_LIST_TOPIC } from "./publishing-means.ts";
import type { PublicationPlace } from "./publishing-means.ts";
import type { StopListsTable } from "./tables.ts";

/** What must not be sent any more, whatever the flow says. */
export interface Stops {
  readonly appPaused: boolean;
  readonly offersPaused: boolean;
  /** `productId/offerIdentifier`, sorted, each once. */
  readonly stoppedOffers: readonly string[];
  /** Identifiers of messages, sorted, each once. */
  readonly rejectedMessages: readonly string[];
}

/** The stop list in force. */
export interface IssuedStopList extends Stops, PublicationPlace {
  /** Counts apart from publications. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Signed, a compact JWS. */
  readonly record: string;
}

/** What nothing is stopped is. */
export const NOTHING_STOPPED: Stops = {
  appPaused: false,
  offersPaused: false,
  stoppedOffers: [],
  rejectedMessages: [],
};

/** Returns the stop list in force; undefined when nothing was ever stopped. */
export async function readStopList(
  queries: Queries,
  { app, environment }: PublicationPlace,
): Promise<IssuedStopList | undefined> {
  const row = await queries
    .selectFrom("stop_lists")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  return row === undefined ? undefined : stopListOf(row);
}

/** Returns the sequences of stop lists, of one app or everywhere. */
export async function stopListSequences(
  queries: Queries,
  app?: string,
): Promise<readonly (PublicationPlace & { readonly sequence: number })[]> {
  const all = queries
    .selectFrom("stop_lists")
    .select(["app", "environment", "sequence"])
    .orderBy("app")
    .orderBy("environment");
  return (app === undefined ? all : all.where("app", "=", app)).execute();
}

/** A change of a stop list. */
export interface StopListChange extends PublicationPlace {
  /** Returns the stops that are to be, from those that are and their sequence; may throw to refuse. */
  readonly edit: (stops: Stops, sequence: number) => Stops;
  readonly publisher: PublisherKey;
  /** For the audit log, like `paused offers in production`. */
  readonly summary: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Signs and issues a changed stop list under the next sequence. Changes made at the same time come one
 * after the other, and none is lost: an emergency stop has no reason to fail.
 */
export async function issueStopList(
  change: Change,
  { app, environment, edit, publisher, summary, now }: StopListChange,
): Promise<IssuedStopList> {
  const place = { app, environment };
  const before = await lockStopList(change, place);
  const stops = normalized(edit(stopListOf(before), before.sequence));
  const sequence = await nextSequence(change.queries, before.sequence);
  const record = await signStopList({ ...place, sequence, issuedAt: now, ...stops }, publisher);
  await change.queries
    .updateTable("stop_lists")
    .set({
      sequence,
      record,
      app_paused: stops.appPaused ? 1 : 0,
      offers_paused: stops.offersPaused ? 1 : 0,
      stopped_offers: toJsonText(stops.stoppedOffers),
      rejected_messages: toJsonText(stops.rejectedMessages),
      issued_at: now,
    })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .execute();
  change.announce({ topic: STOP_LIST_TOPIC, ...place, subject: String(sequence) });
  await change.audit({ ...place, target: String(sequence), summary });
  return { ...place, ...stops, sequence, issuedAt: now, record };
}

/** Takes the row until the transaction ends, made when there is none. */
async function lockStopList(
  change: Change,
  { app, environment }: PublicationPlace,
): Promise<Selectable<StopListsTable>> {
  await insertNew(change, {
    table: "stop_lists",
    rows: [
      {
        app,
        environment,
        sequence: 0,
        record: "",
        app_paused: 0,
        offers_paused: 0,
        stopped_offers: toJsonText<readonly string[]>([]),
        rejected_messages: toJsonText<readonly string[]>([]),
        issued_at: 0,
      },
    ],
    keys: ["app", "environment"],
  });
  return (
    change.queries
      .updateTable("stop_lists")
      // Changes nothing, and so takes the row on both engines.
      .set((column) => ({ sequence: column.ref("sequence") }))
      .where("app", "=", app)
      .where("environment", "=", environment)
      .returningAll()
      .executeTakeFirstOrThrow()
  );
}

/** Tells whether two say the same. */
export function areSameStops(one: Stops, other: Stops): boolean {
  return JSON.stringify(normalized(one)) === JSON.stringify(normalized(other));
}

function normalized(stops: Stops): Stops {
  return {
    appPaused: stops.appPaused,
    offersPaused: stops.offersPaused,
    stoppedOffers: [...new Set(stops.stoppedOffers)].sort(),
    rejectedMessages: [...new Set(stops.rejectedMessages)].sort(),
  };
}

function stopListOf(row: Selectable<StopListsTable>): IssuedStopList {
  return {
    app: row.app,
    environment: row.environment,
    sequence: row.sequence,
    issuedAt: row.issued_at,
    record: row.record,
    appPaused: row.app_paused === 1,
    offersPaused: row.offers_paused === 1,
    stoppedOffers: fromJsonText(row.stopped_offers),
    rejectedMessages: fromJsonText(row.rejected_messages),
  };
}
