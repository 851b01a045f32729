import type { Transaction } from "../database.ts";
import { createIdSource } from "../id-source.ts";
import { sequenceFloor } from "../sequence-floor.ts";

/**
 * Makes a database the one to go on with after it was put back to an earlier state. Readers of changes are
 * told that they missed some; publications and stop lists issued from now on get sequences above all that
 * runtimes can have seen of the state that is lost, which they would refuse otherwise.
 *
 * The new floor is the time in milliseconds: sequences rise by one, never once a millisecond, so none is as
 * high, not even one issued after an earlier restore.
 *
 * @param now - milliseconds since 1970
 * @returns the floor
 */
export async function markRestored(
  { queries }: Pick<Transaction, "queries">,
  now: number,
): Promise<number> {
  await queries.updateTable("change_feed").set({ epoch: createIdSource()() }).execute();
  // Whose clock was ahead at an earlier restore must not go back behind it.
  const sequence = Math.max(now, await sequenceFloor(queries));
  await queries
    .insertInto("sequence_floor")
    .values({ id: 1, sequence })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ sequence }))
    .execute();
  return sequence;
}
