import type { Selectable } from "kysely";
import { fromJsonText } from "../storage/index.ts";
import type { IdSource, Queries } from "../storage/index.ts";
import { bodyOf } from "./events/webhook-event.ts";
import type { WebhookEvent } from "./events/webhook-event.ts";
import type { WebhookDeliveriesTable } from "./tables.ts";

/** An event on its way to a webhook. */
export type Delivery = Omit<Selectable<WebhookDeliveriesTable>, "body">;

/** How long deliveries can be looked at, ms: 30 days. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Rows written by one statement. */
const ROWS_A_STATEMENT = 500;

/** Returns the id of a new delivery, which receivers get as webhook-id: never with a full stop. */
export function newDeliveryId(ids: IdSource): string {
  return `delivery_${ids()}`;
}

/** Writes each event for every webhook of its app that wants its kind and is not held back. */
export async function insertDeliveries(
  queries: Queries,
  events: readonly WebhookEvent[],
  { ids, now }: { readonly ids: IdSource; readonly now: number },
): Promise<void> {
  if (events.length === 0) return;
  const webhooks = await queries
    .selectFrom("webhooks")
    .select(["id", "app", "events"])
    .where("app", "in", [...new Set(events.map(({ app }) => app))])
    .where("disabled_because", "is", null)
    .orderBy("id")
    .execute();
  const rows = events.flatMap((event) => {
    const body = bodyOf(event);
    return webhooks
      .filter(
        ({ app, events: wanted }) => app === event.app && fromJsonText(wanted).includes(event.kind),
      )
      .map(({ id }) => ({
        id: newDeliveryId(ids),
        webhook: id,
        event: event.kind,
        body,
        state: "waiting" as const,
        attempts: 0,
        status: null,
        problem: null,
        created_at: now,
        next_at: now,
      }));
  });
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const batch = rows.slice(start, start + ROWS_A_STATEMENT);
    await queries.insertInto("webhook_deliveries").values(batch).execute();
  }
}

/** A delivery to be posted now. */
export interface DueDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly app: string;
  readonly url: string;
  readonly body: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** Which deliveries are due. */
export interface DueOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Webhooks that are being posted to. */
  readonly except: readonly string[];
  readonly limit: number;
}

/** Returns the oldest due delivery of each webhook that is not held back: one after the other each gets its own. */
export async function dueDeliveries(
  queries: Queries,
  { now, except, limit }: DueOptions,
): Promise<readonly DueDelivery[]> {
  if (limit <= 0) return [];
  let oldest = queries
    .selectFrom("webhook_deliveries as due")
    .innerJoin("webhooks", "webhooks.id", "due.webhook")
    .select((row) => row.fn.min("due.id").as("id"))
    .where("due.state", "=", "waiting")
    .where("due.next_at", "<=", now)
    .where("webhooks.disabled_because", "is", null)
    .groupBy("due.webhook")
    .limit(limit);
  if (except.length > 0) oldest = oldest.where("due.webhook", "not in", except);
  return queries
    .selectFrom("webhook_deliveries as delivery")
    .innerJoin("webhooks", "webhooks.id", "delivery.webhook")
    .select(["delivery.id", "delivery.webhook", "delivery.body", "delivery.attempts"])
    .select(["webhooks.app", "webhooks.url"])
    .where("delivery.id", "in", oldest)
    .orderBy("delivery.id")
    .execute();
}

/** Which deliveries to list. */
export interface ListDeliveriesOptions {
  readonly limit: number;
  /** Where the list goes on: the time and the id of the last one. */
  readonly after?: readonly [createdAt: number, id: string] | undefined;
}

/** Returns a webhook's deliveries, the newest first. */
export function listDeliveries(
  queries: Queries,
  webhook: string,
  { limit, after }: ListDeliveriesOptions,
): Promise<readonly Delivery[]> {
  let query = queries
    .selectFrom("webhook_deliveries")
    .select(["id", "webhook", "event", "state", "attempts", "status", "problem"])
    .select(["created_at", "next_at"])
    .where("webhook", "=", webhook)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  if (after !== undefined) {
    query = query.where((row) =>
      row(row.refTuple("created_at", "id"), "<", row.tuple(after[0], after[1])),
    );
  }
  return query.execute();
}

/**
 * Deletes deliveries that were written 30 days ago, at most so many, and returns how many.
 *
 * @param now - milliseconds since 1970
 */
export async function pruneDeliveries(
  queries: Queries,
  now: number,
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await queries
    .deleteFrom("webhook_deliveries")
    .where("id", "in", (subquery) =>
      subquery
        .selectFrom("webhook_deliveries as old")
        .select("old.id")
        .where("old.created_at", "<", now - KEPT_MS)
        .orderBy("old.created_at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
