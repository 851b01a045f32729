import { emptyState, parseProvisioningState, placeKey } from "@holdfast/provisioning";
import type { ProvisioningState, StateOwner, StateStore } from "@holdfast/provisioning";
import { readSeenDefaults, writeDefault } from "../catalog/default-messages.ts";
import type { SeenDefault } from "../catalog/default-messages.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import { fromJsonText, insertNew, toJsonText } from "../storage/index.ts";
import type { Database, Queries, Transaction } from "../storage/index.ts";

/** Whose state is kept where. */
export interface ProvisioningStoreOptions {
  readonly database: Database;
  readonly place: PublicationPlace;
  readonly owner: StateOwner;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is kept, and the revision it has; 0 before the first. */
interface Kept {
  readonly state: ProvisioningState;
  readonly revision: number;
}

/**
 * Makes a store that keeps what provisioning remembers in the database, one row for each place. Default
 * messages are those that the catalog knows, so that what was set here and what Apple was asked for are
 * one; they are written one by one. What it reads may throw `STATE_MALFORMED` and `STATE_OF_ANOTHER_APP`,
 * and anything what the database throws.
 */
export function createProvisioningStore(options: ProvisioningStoreOptions): StateStore {
  const { database, place } = options;
  const read = (): Promise<Kept> => readState(options);
  const keep = (kept: Kept, next: ProvisioningState): Promise<boolean> =>
    database.transaction(async (transaction) => {
      if (!(await writeState(transaction, place, { ...kept, state: next }))) return false;
      await writeDefaults(transaction.queries, place, { before: kept.state, after: next });
      return true;
    });
  return {
    read: async () => (await read()).state,
    async update(change) {
      for (;;) {
        const kept = await read();
        const next = change(kept.state);
        if (next === kept.state || next === undefined) return kept.state;
        // Somebody else has written meanwhile: theirs can be seen now.
        if (await keep(kept, next)) return next;
      }
    },
  };
}

/** Default messages are known before anything else is remembered, so there is a state from the beginning. */
async function readState({
  database: { queries },
  place,
  owner,
  now,
}: ProvisioningStoreOptions): Promise<Kept> {
  const row = await queries
    .selectFrom("provisioning_states")
    .selectAll()
    .where("app", "=", place.app)
    .where("environment", "=", place.environment)
    .executeTakeFirst();
  const defaults = (await readSeenDefaults(queries, place)).map(knownDefaultOf);
  if (row === undefined) return { state: { ...emptyState(owner, now()), defaults }, revision: 0 };
  const state = parseProvisioningState({ ...fromJsonText(row.content), defaults }, owner);
  return { state, revision: row.revision };
}

function knownDefaultOf({ productId, locale, messageIdentifier, seenAt }: SeenDefault) {
  return { productId, locale, messageIdentifier, at: seenAt, from: "read" as const };
}

/** Returns whether nobody has written since `revision`. */
async function writeState(
  transaction: Transaction,
  { app, environment }: PublicationPlace,
  { state, revision }: Kept,
): Promise<boolean> {
  const { defaults: _elsewhere, ...rest } = state;
  const content = toJsonText(rest);
  if (revision === 0) {
    const rows = await insertNew(transaction, {
      table: "provisioning_states",
      rows: [{ app, environment, revision: 1, content }],
      keys: ["app", "environment"],
    });
    return rows.length > 0;
  }
  const { numUpdatedRows } = await transaction.queries
    .updateTable("provisioning_states")
    .set({ revision: revision + 1, content })
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("revision", "=", revision)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

interface DefaultsChange {
  readonly before: ProvisioningState;
  readonly after: ProvisioningState;
}

async function writeDefaults(
  queries: Queries,
  place: PublicationPlace,
  { before, after }: DefaultsChange,
): Promise<void> {
  const known = new Map(before.defaults.map((one) => [placeKey(one), one]));
  for (const one of after.defaults) {
    const { productId, locale, messageIdentifier, at } = one;
    const same = known.get(placeKey(one));
    if (same?.messageIdentifier === messageIdentifier && same.at === at) continue;
    await writeDefault(queries, place, { productId, locale, messageIdentifier, seenAt: at });
  }
}
