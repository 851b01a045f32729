import { recordAudit } from "../audit/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import type { DueDelivery } from "./deliveries.ts";
import { nextDelayMs } from "./retry-schedule.ts";
import type { DisabledBecause } from "./tables.ts";

/** How an attempt to post ended. */
export interface Attempt {
  readonly status?: number | undefined;
  /** The code of why it failed; absent where it arrived. */
  readonly problem?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** When it ended, ms since 1970. */
  readonly at: number;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

/** A webhook that failed for so long without an interruption is held back, ms: three days. */
const FAILING_MS = 3 * 24 * 3_600_000;

/** By it a receiver says that it is not interested any more. */
const GONE = 410;

/** What deliveries that will not be posted failed by. */
const DISABLED = "WEBHOOK_DISABLED";

/**
 * Writes how an attempt ended: delivered, to be tried again, or failed for good; and holds a webhook back
 * that is gone or failed for days, with an entry in the audit log. What was deleted meanwhile stays deleted.
 */
export async function settleDelivery(
  database: Pick<Database, "transaction">,
  delivery: DueDelivery,
  attempt: Attempt,
): Promise<void> {
  await database.transaction(async ({ queries }) => {
    await writeAttempt(queries, delivery, attempt);
    if (attempt.problem === undefined) {
      await markArrived(queries, delivery);
      return;
    }
    const because = await markFailed(queries, delivery, attempt);
    if (because !== undefined) await disable(queries, delivery, { because, at: attempt.at });
  });
}

async function writeAttempt(
  queries: Queries,
  { id, attempts }: DueDelivery,
  { status, problem, retryAfterMs, at, random }: Attempt,
): Promise<void> {
  const attempt = attempts + 1;
  const delay = problem === undefined ? undefined : nextDelayMs({ attempt, random, retryAfterMs });
  const state = problem === undefined ? "delivered" : delay === undefined ? "failed" : "waiting";
  await queries
    .updateTable("webhook_deliveries")
    .set({
      state,
      attempts: attempt,
      status: status ?? null,
      problem: problem ?? null,
      next_at: delay === undefined ? null : at + delay,
    })
    .where("id", "=", id)
    // Another process that took this one for dead may have posted it as well.
    .where("attempts", "=", attempts)
    .where("state", "=", "waiting")
    .execute();
}

async function markArrived(queries: Queries, { webhook }: DueDelivery): Promise<void> {
  await queries
    .updateTable("webhooks")
    .set({ failing_since: null })
    .where("id", "=", webhook)
    .where("failing_since", "is not", null)
    .execute();
}

/** Returns why the webhook is to be held back; undefined where it is not. */
async function markFailed(
  queries: Queries,
  { webhook }: DueDelivery,
  { status, at }: Attempt,
): Promise<DisabledBecause | undefined> {
  const marked = await queries
    .updateTable("webhooks")
    .set((column) => ({ failing_since: column.fn.coalesce("failing_since", column.val(at)) }))
    .where("id", "=", webhook)
    .returning("failing_since")
    .executeTakeFirst();
  if (marked === undefined) return undefined;
  if (status === GONE) return "gone";
  return at - (marked.failing_since ?? at) >= FAILING_MS ? "failing" : undefined;
}

async function disable(
  queries: Queries,
  { webhook, app }: DueDelivery,
  { because, at }: { readonly because: DisabledBecause; readonly at: number },
): Promise<void> {
  const { numUpdatedRows } = await queries
    .updateTable("webhooks")
    .set((column) => ({ disabled_because: because, version: column("version", "+", 1) }))
    .where("id", "=", webhook)
    .where("disabled_because", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  await queries
    .updateTable("webhook_deliveries")
    .set({ state: "failed", problem: DISABLED, next_at: null })
    .where("webhook", "=", webhook)
    .where("state", "=", "waiting")
    .execute();
  const why = because === "gone" ? "it answered 410" : "it failed for three days";
  await recordAudit(
    queries,
    {
      actor: { kind: "system", id: "webhooks.deliver", name: "Holdfast" },
      action: "disableWebhook",
      app,
      target: webhook,
      summary: `held the webhook ${webhook} back: ${why}`,
    },
    at,
  );
}
