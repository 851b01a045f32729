import { ApiRefusal } from "@holdfast/api/server";
import type { Selectable } from "kysely";
import { versionMoved } from "../http/index.ts";
import { deleteSecret, insertSecret } from "../secrets/index.ts";
import type { SealedSecret, SecretBinding } from "../secrets/index.ts";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { DisabledBecause, EventKind, WebhooksTable } from "./tables.ts";

/** The most webhooks of an app: each event is posted to all of them. */
const MAX_WEBHOOKS = 20;

/** An address that is told of events. */
export interface Webhook {
  readonly id: string;
  readonly app: string;
  /** May hold a secret of the receiver's. */
  readonly url: string;
  readonly events: readonly EventKind[];
  /** Absent while it is not held back. */
  readonly disabledBecause?: DisabledBecause;
  /** Since when every post failed, ms since 1970; absent while the last one arrived. */
  readonly failingSince?: number;
  /** Rises with every edit. */
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Which webhook. */
export interface WebhookPlace {
  readonly app: string;
  readonly webhook: string;
}

/** Returns what a webhook's key is bound to. */
export function webhookBinding({ app, webhook }: WebhookPlace): SecretBinding {
  return { app, environment: "both", purpose: "webhookKey", keyId: webhook };
}

/**
 * Returns a webhook.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function readWebhook(
  queries: Queries,
  { app, webhook }: WebhookPlace,
): Promise<Webhook> {
  const row = await queries
    .selectFrom("webhooks")
    .selectAll()
    .where("id", "=", webhook)
    .where("app", "=", app)
    .executeTakeFirst();
  if (row !== undefined) return webhookOf(row);
  throw new ApiRefusal("NOT_FOUND", `${app} has no webhook ${webhook}`);
}

/** Which webhooks to list. */
export interface ListWebhooksOptions {
  readonly limit: number;
  /** Where the list goes on: the time and the id of the last one. */
  readonly after?: readonly [createdAt: number, id: string] | undefined;
}

/** Returns an app's webhooks, the newest first. */
export async function listWebhooks(
  queries: Queries,
  app: string,
  { limit, after }: ListWebhooksOptions,
): Promise<readonly Webhook[]> {
  let query = queries
    .selectFrom("webhooks")
    .selectAll()
    .where("app", "=", app)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  if (after !== undefined) {
    query = query.where((row) =>
      row(row.refTuple("created_at", "id"), "<", row.tuple(after[0], after[1])),
    );
  }
  return (await query.execute()).map(webhookOf);
}

/** Returns the webhooks that the system holds back, of all apps, by app. */
export async function listFailedWebhooks(queries: Queries): Promise<readonly Webhook[]> {
  const rows = await queries
    .selectFrom("webhooks")
    .selectAll()
    .where("disabled_because", "in", ["gone", "failing"])
    .orderBy("app")
    .orderBy("id")
    .limit(100)
    .execute();
  return rows.map(webhookOf);
}

/**
 * Adds a webhook with its sealed key.
 *
 * @throws ApiRefusal `CONFLICT` where the app has as many as it can have
 */
export async function insertWebhook(
  queries: Queries,
  webhook: Webhook,
  sealed: SealedSecret,
): Promise<void> {
  const { id, app, url, events, version, createdAt } = webhook;
  const others = await listWebhooks(queries, app, { limit: MAX_WEBHOOKS });
  if (others.length >= MAX_WEBHOOKS) {
    throw new ApiRefusal("CONFLICT", `${app} has ${MAX_WEBHOOKS} webhooks, and can have no more`, {
      advice: "delete one that nobody needs",
    });
  }
  await queries
    .insertInto("webhooks")
    .values({
      id,
      app,
      url,
      events: toJsonText(events),
      disabled_because: null,
      failing_since: null,
      version,
      created_at: createdAt,
    })
    .execute();
  await insertSecret(queries, webhookBinding({ app, webhook: id }), sealed);
}

/** What an edit changes; the rest stays. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly events?: readonly EventKind[] | undefined;
  readonly isDisabled?: boolean | undefined;
}

/**
 * Changes a webhook and returns it as it is then.
 *
 * @throws ApiRefusal `PRECONDITION_FAILED` when it is not the one that was read any more
 */
export async function updateWebhook(
  queries: Queries,
  before: Webhook,
  { url = before.url, events = before.events, isDisabled }: WebhookChange,
): Promise<Webhook> {
  const { disabledBecause, failingSince, ...rest } = before;
  const because = isDisabled === true ? (disabledBecause ?? "wanted") : undefined;
  const disabled = isDisabled === undefined ? disabledBecause : because;
  // Somebody mended it: the days of failing begin anew.
  const failing = isDisabled === false || url !== before.url ? undefined : failingSince;
  const version = before.version + 1;
  const { numUpdatedRows } = await queries
    .updateTable("webhooks")
    .set({
      url,
      events: toJsonText(events),
      disabled_because: disabled ?? null,
      failing_since: failing ?? null,
      version,
    })
    .where("id", "=", before.id)
    .where("version", "=", before.version)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw versionMoved();
  return {
    ...rest,
    url,
    events,
    version,
    ...(disabled === undefined ? {} : { disabledBecause: disabled }),
    ...(failing === undefined ? {} : { failingSince: failing }),
  };
}

/** Deletes a webhook with its key and its deliveries. */
export async function deleteWebhook(queries: Queries, place: WebhookPlace): Promise<void> {
  await queries.deleteFrom("webhooks").where("id", "=", place.webhook).execute();
  await deleteSecret(queries, webhookBinding(place));
}

function webhookOf(row: Selectable<WebhooksTable>): Webhook {
  return {
    id: row.id,
    app: row.app,
    url: row.url,
    events: fromJsonText(row.events),
    ...(row.disabled_because === null ? {} : { disabledBecause: row.disabled_because }),
    ...(row.failing_since === null ? {} : { failingSince: row.failing_since }),
    version: row.version,
    createdAt: row.created_at,
  };
}
