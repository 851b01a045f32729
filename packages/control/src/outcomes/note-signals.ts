import { insertNew } from "../storage/index.ts";
import type { Transaction } from "../storage/index.ts";
import type { SubscriptionNews, SubscriptionPlace } from "../subscribers/index.ts";
import { keepHeard } from "./heard-slots.ts";
import { holdSubjects, writeSubjects } from "./outcome-subjects.ts";
import { signalsOf } from "./signals-of.ts";
import { rowOfSignal, SIGNAL_KEYS } from "./stored-signals.ts";

/**
 * Keeps what news say about what subscribers did: what outcomes are attributed from. Units whose subscription
 * something new is known of are looked at again. In any order, and as often as it comes.
 */
export async function noteSignals(
  transaction: Transaction,
  place: SubscriptionPlace,
  news: readonly SubscriptionNews[],
): Promise<void> {
  const { queries } = transaction;
  const told = news.filter(({ source }) => source === "notification");
  const rows = news.flatMap((each) =>
    signalsOf(each).map((signal) => rowOfSignal(place, each.pseudonym, signal)),
  );
  if (rows.length > 0) {
    const pseudonyms = rows.map(({ pseudonym }) => pseudonym);
    const subjects = await holdSubjects(queries, place, pseudonyms);
    const kept = await insertNew(transaction, {
      table: "outcome_signals",
      rows,
      keys: SIGNAL_KEYS,
    });
    const touched = new Set(kept.map(({ pseudonym }) => pseudonym));
    const due = [...subjects.values()]
      .filter(({ pseudonym, hasUnits }) => hasUnits && touched.has(pseudonym))
      .map(({ pseudonym, hasUnits }) => ({ pseudonym, hasUnits, dueAt: 0 }));
    await writeSubjects(queries, place, due);
  }
  if (told.length > 0) {
    await keepHeard(
      transaction,
      place,
      told.map(({ signedDate }) => signedDate),
    );
  }
}
