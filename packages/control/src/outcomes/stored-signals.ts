import type { Insertable, Selectable } from "kysely";
import { fromJsonText, toJsonText } from "../storage/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "../subscribers/index.ts";
import type { Signal } from "./signal.ts";
import type { OutcomeSignalsTable } from "./tables.ts";

/** What makes two signals the same: everything they say. */
export const SIGNAL_KEYS = ["app", "environment", "pseudonym", "at", "kind", "details"] as const;

/** Returns a signal's row. Its text is the same for the same signal, however that was made. */
export function rowOfSignal(
  { app, environment }: SubscriptionPlace,
  pseudonym: string,
  { at, kind, ...details }: Signal,
): Insertable<OutcomeSignalsTable> {
  const entries = Object.entries(details).filter(([, value]) => value !== undefined);
  const ordered = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    app,
    environment,
    pseudonym,
    at,
    kind,
    details: toJsonText(Object.fromEntries(ordered)),
  };
}

/** Returns the signals of some subscriptions, by their pseudonyms. */
export async function readSignals(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<ReadonlyMap<string, readonly Signal[]>> {
  const found = new Map<string, Signal[]>();
  if (pseudonyms.length === 0) return found;
  const rows = await queries
    .selectFrom("outcome_signals")
    .select(["pseudonym", "at", "kind", "details"])
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .execute();
  for (const row of rows) {
    const signals = found.get(row.pseudonym);
    if (signals === undefined) found.set(row.pseudonym, [signalOf(row)]);
    else signals.push(signalOf(row));
  }
  return found;
}

function signalOf({
  at,
  kind,
  details,
}: Pick<Selectable<OutcomeSignalsTable>, "at" | "kind" | "details">): Signal {
  // Only rowOfSignal() writes these, from a signal of this kind.
  return { at, kind, ...fromJsonText(details) } as Signal;
}
