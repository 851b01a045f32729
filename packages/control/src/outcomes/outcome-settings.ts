import { versionMoved } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import { DEFAULT_WINDOW_MS } from "./outcome-times.ts";

/** How outcomes are counted in a place. */
export interface OutcomeSettings {
  /** How long after the first exposure is looked for what the subscriber did, ms. */
  readonly windowMs: number;
  /** Rises with every edit; 0 where nobody chose. */
  readonly version: number;
  /** Whether units from before the last edit are still being counted anew. */
  readonly isRecounting: boolean;
}

/** Returns how outcomes are counted. */
export async function readOutcomeSettings(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<OutcomeSettings> {
  const row = await queries
    .selectFrom("outcome_settings")
    .select(["window_ms", "version", "swept_after"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
  if (row === undefined) return { windowMs: DEFAULT_WINDOW_MS, version: 0, isRecounting: false };
  const { window_ms: windowMs, version, swept_after } = row;
  return { windowMs, version, isRecounting: swept_after !== null };
}

/**
 * Changes how outcomes are counted, and has all units counted anew that can still change.
 *
 * @throws ApiRefusal `PRECONDITION_FAILED` where they are not `before` any more
 */
export async function writeOutcomeSettings(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  { before, windowMs }: { readonly before: OutcomeSettings; readonly windowMs: number },
): Promise<OutcomeSettings> {
  const version = before.version + 1;
  const columns = { window_ms: windowMs, version, swept_after: "" };
  if (before.version === 0) {
    const { numInsertedOrUpdatedRows } = await queries
      .insertInto("outcome_settings")
      .values({ app, environment, ...columns })
      .onConflict((conflict) => conflict.columns(["app", "environment"]).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) throw versionMoved();
  } else {
    const { numUpdatedRows } = await queries
      .updateTable("outcome_settings")
      .set(columns)
      .where("app", "=", app)
      .where("environment", "=", environment)
      .where("version", "=", before.version)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw versionMoved();
  }
  return { windowMs, version, isRecounting: true };
}
