import { createIdSource, insertNew } from "../../storage/index.ts";
import type { Transaction } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import type { StateMarkKind } from "./tables.ts";

/** Whose states are to be written, and why. */
interface MarkedStates {
  /** Pseudonyms of subscriptions of which something changed. */
  readonly changed?: readonly string[] | undefined;
  /** Hashes of accounts of which something changed: of whatever subscriptions are theirs when it is written. */
  readonly accounts?: readonly string[] | undefined;
  /** Pseudonyms under which nothing is known any more. */
  readonly gone?: readonly string[] | undefined;
}

/** Marks states; see {@link markStates}. */
export type MarkStates = (
  transaction: Transaction,
  place: SubscriptionPlace,
  states: MarkedStates,
) => Promise<void>;

const nextId = createIdSource();

/**
 * Has states written to where the app's Workers read them; nothing where it has no such place. To be called
 * in the transaction that changes what they are made of, after it did. Every mark is a row of its own, so that
 * one that comes while its state is being written is not taken for the one before, and nobody waits here.
 */
export const markStates: MarkStates = async (
  transaction,
  place,
  { changed = [], accounts = [], gone = [] },
) => {
  const owners = [
    ...marksOf("changed", changed),
    ...marksOf("account", accounts),
    ...marksOf("gone", gone),
  ];
  if (owners.length === 0 || !(await isConnected(transaction, place))) return;
  await insertMarks(transaction, place, owners);
};

/** Whose state is to be written, and why. */
export interface StateMark {
  readonly owner: string;
  readonly kind: StateMarkKind;
}

/** Adds marks, whether the app has a namespace or not. */
export async function insertMarks(
  { queries }: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  marks: readonly StateMark[],
): Promise<void> {
  await insertNew(
    { queries },
    {
      table: "worker_state_marks",
      rows: marks.map(({ owner, kind }) => ({ app, environment, id: nextId(), owner, kind })),
      keys: ["app", "environment", "id"],
    },
  );
}

function marksOf(kind: StateMarkKind, owners: readonly string[]): readonly StateMark[] {
  return [...new Set(owners)].map((owner) => ({ owner, kind }));
}

async function isConnected(
  { queries }: Pick<Transaction, "queries">,
  { app }: SubscriptionPlace,
): Promise<boolean> {
  const row = await queries
    .selectFrom("workers_targets")
    .select("app")
    .where("app", "=", app)
    .executeTakeFirst();
  return row !== undefined;
}
