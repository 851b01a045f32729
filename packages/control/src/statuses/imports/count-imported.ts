import type { Transaction } from "../../storage/index.ts";

/** What an imported id counts as once Apple was asked about it. */
export type ImportedAs = "fetched" | "notFound" | "failed";

const COLUMNS = { fetched: "fetched", notFound: "not_found", failed: "failed" } as const;

/** Counts one id in its import, and ends the import with its last one. */
export async function countImported(
  transaction: Transaction,
  id: string,
  { as, now }: { readonly as: ImportedAs; readonly now: number },
): Promise<void> {
  const column = COLUMNS[as];
  await transaction.queries
    .updateTable("subscriber_imports")
    .set((row) => ({ [column]: row(column, "+", 1) }))
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .execute();
  await endImportIfDone(transaction, id, now);
}

/** Ends an import of which nothing is to be received or fetched any more. */
export async function endImportIfDone(
  { queries }: Transaction,
  id: string,
  now: number,
): Promise<void> {
  await queries
    .updateTable("subscriber_imports")
    .set({ state: "done", ended_at: now })
    .where("id", "=", id)
    .where("state", "=", "fetching")
    .where((row) =>
      row(row("fetched", "+", row("not_found", "+", row.ref("failed"))), ">=", row.ref("accepted")),
    )
    .execute();
}
