import type { Selectable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { SubscriberImportsTable, WantedStatusesTable, WantedStep } from "./tables.ts";

/** A subscription that Apple is to be asked about now. */
export type DueStatus = Selectable<WantedStatusesTable> & {
  /** How its import stands; null where it has none. */
  readonly import_state: SubscriberImportsTable["state"] | null;
};

/** From the most urgent on: each is a look of its own at the index, past nobody who waits for later. */
const URGENCIES = [0, 1, 2] as const;

/** Returns the most urgent of those due, of the same urgency who waits longest, the first `limit` of them. */
export async function dueStatuses(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { step, now, limit }: { readonly step: WantedStep; readonly now: number; readonly limit: number },
): Promise<readonly DueStatus[]> {
  const due: DueStatus[] = [];
  for (const urgency of URGENCIES) {
    if (due.length >= limit) break;
    const rows = await queries
      .selectFrom("wanted_statuses as wanted")
      .leftJoin("subscriber_imports as import", "import.id", "wanted.import_id")
      .selectAll("wanted")
      .select("import.state as import_state")
      .where("wanted.app", "=", app)
      .where("wanted.environment", "=", environment)
      .where("wanted.step", "=", step)
      .where("wanted.urgency", "=", urgency)
      .where("wanted.next_at", "<=", now)
      .orderBy("wanted.next_at")
      .limit(limit - due.length)
      .execute();
    due.push(...rows);
  }
  return due;
}
