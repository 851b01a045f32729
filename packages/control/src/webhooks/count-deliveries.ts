import type { Queries } from "../storage/index.ts";

/** Deliveries that have not arrived. */
export interface DeliveryCounts {
  /** Still tried. */
  readonly waiting: number;
  /** When the oldest of them was written, ms since 1970; null where none waits. */
  readonly waitingSince: number | null;
  /** Given up, of those that are still listed. */
  readonly failed: number;
}

/** Returns how many deliveries wait, and how many failed, over all webhooks. */
export async function countDeliveries(queries: Queries): Promise<DeliveryCounts> {
  const rows = await queries
    .selectFrom("webhook_deliveries")
    .select(({ fn }) => [
      "state",
      fn.countAll<number>().as("count"),
      fn.min<number>("created_at").as("since"),
    ])
    .where("state", "in", ["waiting", "failed"])
    .groupBy("state")
    .execute();
  const waiting = rows.find(({ state }) => state === "waiting");
  const failed = rows.find(({ state }) => state === "failed");
  return {
    waiting: waiting?.count ?? 0,
    waitingSince: waiting?.since ?? null,
    failed: failed?.count ?? 0,
  };
}
