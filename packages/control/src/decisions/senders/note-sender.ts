import type { DecisionRecord, DecisionSender } from "@holdfast/runtime/wire";
import { insertNew, readRows, upsertRows } from "../../storage/index.ts";
import type { Queries, Transaction } from "../../storage/index.ts";
import { byPlace } from "../../subscribers/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import { dayOf } from "../tally-decisions.ts";
import { countedHost } from "./counted-host.ts";

/** After so long without a word, what a sender made and did not come is counted as lost, ms. */
export const SILENT_MS = 5 * 60_000;

/**
 * The most one sender is believed to have made: far more than an isolate lives to make, and so little that no
 * number of them, made up by whoever has a runtime's token, adds up to what a column or an answer cannot hold.
 */
const MAX_MADE = 1_000_000_000;

/** Who sent a batch, as it came: hosts that a newer release knows are fine. */
export type BatchSender = Omit<DecisionSender, "host"> & { readonly host: string };

/** A batch of a sender, as far as it was taken or was there already. */
export interface SentBatch {
  readonly sender: BatchSender;
  /** The apps that it may speak of. */
  readonly apps: ReadonlySet<string>;
  /** All that were not refused. */
  readonly admitted: readonly DecisionRecord[];
  /** Those of them that are new. */
  readonly added: readonly DecisionRecord[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Writes down how many decisions a sender says it has made, and counts those of the batch that had not come
 * from it before. In the transaction that takes them, so that a batch that comes again, or after a later one,
 * counts nothing twice.
 */
export async function noteSender(transaction: Transaction, batch: SentBatch): Promise<void> {
  const made = batch.sender.made.filter(({ app }) => batch.apps.has(app));
  for (const [place, said] of byPlace(made, (one) => one)) {
    const received = await countReceived(transaction, place, batch);
    const count = Math.min(MAX_MADE, Math.max(...said.map((one) => one.count)));
    await writeSender(transaction, place, { batch, made: count, received });
  }
}

async function countReceived(
  transaction: Transaction,
  { app, environment }: SubscriptionPlace,
  { sender: { isolate }, admitted, added, now }: SentBatch,
): Promise<number> {
  const isHere = (record: DecisionRecord): boolean =>
    record.app === app && record.environment === environment;
  const isNew = new Set(added.filter(isHere).map(({ requestIdentifier }) => requestIdentifier));
  const repeated = admitted.filter(
    (record) => isHere(record) && !isNew.has(record.requestIdentifier),
  );
  const known = await takenFrom(transaction.queries, { app, environment }, { repeated, isolate });
  const others = repeated.filter(({ requestIdentifier }) => !known.has(requestIdentifier));
  const inserted = await insertNew(transaction, {
    table: "sender_repeats",
    rows: others.map(({ requestIdentifier }) => ({
      app,
      environment,
      isolate,
      request_identifier: requestIdentifier,
      heard_at: now,
    })),
    keys: ["app", "environment", "isolate", "request_identifier"],
  });
  return isNew.size + inserted.length;
}

/** Returns which of some decisions were taken from this very sender, by their identifiers. */
async function takenFrom(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { repeated, isolate }: { readonly repeated: readonly DecisionRecord[]; readonly isolate: string },
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const [day, ofDay] of Map.groupBy(repeated, ({ requestedAt }) => dayOf(requestedAt))) {
    const rows = await readRows(queries, {
      table: "decisions",
      columns: ["request_identifier", "isolate"],
      where: { app, environment, day },
      by: "request_identifier",
      values: ofDay.map(({ requestIdentifier }) => requestIdentifier),
    });
    for (const row of rows) if (row.isolate === isolate) taken.add(row.request_identifier);
  }
  return taken;
}

async function writeSender(
  transaction: Transaction,
  { app, environment }: SubscriptionPlace,
  {
    batch: { sender, now },
    made,
    received,
  }: { readonly batch: SentBatch; readonly made: number; readonly received: number },
): Promise<void> {
  const keys = ["app", "environment", "isolate"] as const;
  const row = {
    app,
    environment,
    isolate: sender.isolate,
    host: countedHost(sender.host),
    day: dayOf(now),
    made: 0,
    received: 0,
    counted_made: 0,
    counted_received: 0,
    heard_at: now,
    due_at: now + SILENT_MS,
  };
  const table = "decision_senders";
  // Writing what is there anyway locks the row, so that nobody counts beside us.
  const [held] = await upsertRows(transaction, {
    table,
    rows: [row],
    keys,
    changes: { made: "keep" },
    returning: ["made", "received"],
  });
  const most = Math.max(made, held?.made ?? 0);
  await upsertRows(transaction, {
    table,
    rows: [{ ...row, made: most, received: (held?.received ?? 0) + received }],
    keys,
    changes: { made: "replace", received: "replace", heard_at: "replace", due_at: "replace" },
  });
}
