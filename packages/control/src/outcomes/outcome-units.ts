import type { Selectable } from "kysely";
import { readRows, upsertRows } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { OutcomeUnitsTable } from "./tables.ts";
import type { Exposure } from "./taken.ts";

/** A unit as its row is. */
export type OutcomeUnit = Selectable<OutcomeUnitsTable>;

const KEYS = ["app", "environment", "pseudonym", "unit"] as const;

const OTHER_COLUMNS = [
  "request",
  "exposed_at",
  "day",
  "snapshot",
  "rule",
  "arm",
  "message",
  "delivered",
  "offer",
  "target_product",
  "product",
  "outcome",
  "outcome_at",
  "renewal",
  "renewal_at",
  "period_ends_at",
  "revenue",
  "currency",
] as const;

/** Returns the units of some subscriptions. */
export async function readUnits(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<readonly OutcomeUnit[]> {
  return readRows(queries, {
    table: "outcome_units",
    columns: [...KEYS, ...OTHER_COLUMNS],
    where: { app, environment },
    by: "pseudonym",
    values: pseudonyms,
  });
}

/** What tells which of two exposures came first. */
export type UnitStart = Pick<OutcomeUnit, "pseudonym" | "unit" | "exposed_at" | "request">;

/** Returns when the units of some subscriptions begin. */
export async function readUnitStarts(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<readonly UnitStart[]> {
  return readRows(queries, {
    table: "outcome_units",
    columns: ["pseudonym", "unit", "exposed_at", "request"],
    where: { app, environment },
    by: "pseudonym",
    values: pseudonyms,
  });
}

/** Writes units of subscriptions that are held, over those that are there; each once. */
export async function writeUnits(
  { queries }: Pick<Transaction, "queries">,
  units: readonly OutcomeUnit[],
): Promise<void> {
  await upsertRows(
    { queries },
    {
      table: "outcome_units",
      rows: units,
      keys: KEYS,
      changes: Object.fromEntries(OTHER_COLUMNS.map((column) => [column, "replace"] as const)),
    },
  );
}

/** Deletes all units of subscriptions that are held. */
export async function deleteUnits(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<void> {
  if (pseudonyms.length === 0) return;
  await queries
    .deleteFrom("outcome_units")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .execute();
}

/** Returns what a unit was exposed to. */
export function exposureOf(unit: OutcomeUnit): Exposure {
  const { exposed_at: exposedAt, product, delivered, offer, target_product: targetProduct } = unit;
  return { exposedAt, product, delivered, offer, targetProduct };
}
