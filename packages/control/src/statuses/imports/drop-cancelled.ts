import type { Database } from "../../storage/index.ts";
import type { DueStatus } from "../due-statuses.ts";

/**
 * Takes those out of the queue whom only an import wanted that was cancelled, and returns the others. Who is
 * wanted for another reason too stays.
 */
export async function dropCancelled(
  { queries }: Pick<Database, "queries">,
  due: readonly DueStatus[],
): Promise<readonly DueStatus[]> {
  const [first] = due;
  const dropped = due.filter(isDropped);
  if (first === undefined || dropped.length === 0) return due;
  await queries
    .deleteFrom("wanted_statuses")
    .where("app", "=", first.app)
    .where("environment", "=", first.environment)
    .where(
      "subject",
      "in",
      dropped.map(({ subject }) => subject),
    )
    .where("import_id", "in", [...new Set(dropped.map(({ import_id }) => import_id ?? ""))])
    .where("reason", "=", "import")
    .execute();
  return due.filter((row) => !isDropped(row));
}

function isDropped({ import_state, reason }: DueStatus): boolean {
  return import_state === "cancelled" && reason === "import";
}
