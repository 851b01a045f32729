import type { DecisionRecord } from "@holdfast/runtime/wire";
import { insertNew, whileBusy } from "../storage/index.ts";
import type { Database, Transaction } from "../storage/index.ts";
import { byPlace, saidByDecision, splitErased } from "../subscribers/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { addCounts } from "./add-counts.ts";
import { admitDecisions, namedApps } from "./admit-decisions.ts";
import type { AdmittedDecision, RefusedDecision } from "./admit-decisions.ts";
import { noteSender } from "./senders/note-sender.ts";
import type { BatchSender } from "./senders/note-sender.ts";
import { dayOf } from "./tally-decisions.ts";

/** Where decisions that are new go on to. */
export interface DecisionStream {
  takeDecisions(
    transaction: Transaction,
    place: SubscriptionPlace,
    decisions: readonly DecisionRecord[],
  ): Promise<void>;
}

/** What decisions are taken in with. */
export interface IngestMeans {
  readonly database: Database;
  /** Where they go on to, in the same transaction. */
  readonly streams: DecisionStream;
  /** How long raw rows are kept, ms. */
  readonly keptMs: number;
}

/** A batch as it came. */
export interface DecisionBatch {
  /** Decision records, for all that is known; not many thousands. */
  readonly decisions: readonly unknown[];
  /** The apps the sender is for. */
  readonly apps: "all" | readonly string[];
  /** Who sent it, where it says so: a host that no disk keeps decisions for. */
  readonly sender?: BatchSender | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What became of a batch. */
export interface IngestedDecisions {
  /** How many were taken. */
  readonly new: number;
  /** How many were there already, twice in the batch, or made before their subscription was erased. */
  readonly repeated: number;
  readonly refused: readonly RefusedDecision[];
}

/**
 * Takes decisions in, in one transaction: those that are new are stored, counted and passed on, and what
 * came before is left alone, so that a batch can be sent again whenever it is not known what became of it.
 * Of a subscription that was erased since nothing is taken.
 *
 * @throws what the database throws; nothing of the batch was taken then
 */
export async function ingestDecisions(
  { database, streams, keptMs }: IngestMeans,
  { decisions, apps, now, sender }: DecisionBatch,
): Promise<IngestedDecisions> {
  const covered = namedApps(decisions).filter((app) => apps === "all" || apps.includes(app));
  const known = await existing(database, covered);
  const { admitted, refused } = admitDecisions(decisions, { apps: known, now, keptMs });
  const batch = { admitted, now, streams, apps: known, sender };
  const added =
    admitted.length === 0 && sender === undefined
      ? 0
      : await whileBusy(() => database.transaction((transaction) => take(transaction, batch)));
  return { new: added, repeated: admitted.length - added, refused };
}

async function existing(
  { queries }: Database,
  apps: readonly string[],
): Promise<ReadonlySet<string>> {
  if (apps.length === 0) return new Set();
  const rows = await queries.selectFrom("apps").select("id").where("id", "in", apps).execute();
  return new Set(rows.map(({ id }) => id));
}

interface Batch extends Pick<IngestMeans, "streams"> {
  readonly admitted: readonly AdmittedDecision[];
  readonly now: number;
  /** Those there are and the sender is for. */
  readonly apps: ReadonlySet<string>;
  readonly sender: BatchSender | undefined;
}

async function take(transaction: Transaction, batch: Batch): Promise<number> {
  const { admitted, now, streams, apps, sender } = batch;
  const erased = await erasedOf(transaction, admitted);
  const taken = admitted.filter(({ record }) => !erased.has(record));
  const records = new Map(taken.map((decision) => [rowOf(decision, batch), decision.record]));
  const inserted = await insertNew(transaction, {
    table: "decisions",
    rows: [...records.keys()],
    keys: ["app", "environment", "day", "request_identifier"],
  });
  // The very rows that were given come back.
  const added = inserted.flatMap((row) => records.get(row as DecisionRow) ?? []);
  const inOrder = added.toSorted((one, other) => one.requestedAt - other.requestedAt);
  for (const [place, placed] of byPlace(inOrder, (record) => record)) {
    await streams.takeDecisions(transaction, place, placed);
    // Last, for everybody counts in the same few rows, and waits for them until the commit.
    await addCounts(transaction.queries, place, placed);
  }
  if (sender !== undefined) {
    const all = admitted.map(({ record }) => record);
    await noteSender(transaction, { sender, apps, admitted: all, added, now });
  }
  return added.length;
}

async function erasedOf(
  { queries }: Transaction,
  admitted: readonly AdmittedDecision[],
): Promise<ReadonlySet<DecisionRecord>> {
  const found = new Set<DecisionRecord>();
  const all = admitted.map(({ record }) => record);
  for (const [place, records] of byPlace(all, (record) => record)) {
    const { erased } = await splitErased(queries, place, { items: records, said: saidByDecision });
    for (const record of erased) found.add(record);
  }
  return found;
}

type DecisionRow = ReturnType<typeof rowOf>;

function rowOf({ record, text }: AdmittedDecision, { now, sender }: Batch) {
  return {
    app: record.app,
    environment: record.environment,
    day: dayOf(record.requestedAt),
    request_identifier: record.requestIdentifier,
    pseudonym: record.subject.pseudonym,
    requested_at: record.requestedAt,
    received_at: now,
    source: record.source,
    rule: record.rule ?? null,
    record: text,
    isolate: sender?.isolate ?? null,
  };
}
