import { openSealedValue } from "@holdfast/runtime/wire";
import { readSealedIds } from "../subscribers/index.ts";
import type { SubscriptionIds } from "../subscribers/index.ts";
import type { DueStatus } from "./due-statuses.ts";
import type { StatusesMeans } from "./statuses-means.ts";

/**
 * Returns the transaction id to ask Apple by: from the row, from the decision the row was made of, or from
 * what is known of the subscriber. Undefined where none is there, none opens, or what opens is another
 * subscription's.
 */
export async function openWantedId(
  { app, environment, subject, sealed_id, decision_sealed_id }: DueStatus,
  ids: SubscriptionIds,
  { database, runtimeKeys }: Pick<StatusesMeans, "database" | "runtimeKeys">,
): Promise<string | undefined> {
  const place = { app, environment };
  const kept = sealed_id ?? (await readSealedIds(database.queries, place, [subject])).get(subject);
  if (kept !== undefined) return ids.open(place, subject, kept);
  if (decision_sealed_id === null) return undefined;
  try {
    const binding = { ...place, purpose: "decision" } as const;
    const { plaintext } = await openSealedValue(
      runtimeKeys.decisionSeal,
      decision_sealed_id,
      binding,
    );
    const id = new TextDecoder().decode(plaintext);
    return ids.pseudonymOf(id) === subject ? id : undefined;
  } catch {
    // Sealed under another runtime secret, or no sealed value at all: both open nowhere.
    return undefined;
  }
}
