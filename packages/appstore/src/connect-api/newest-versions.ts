import type { ConnectRecord } from "./connect-record.ts";
import type { RetentionMessageVersion } from "./connect-retention.ts";
import { numberOf, textOf } from "./parse-retention.ts";

/** A version whose texts were not read yet. */
export interface FoundVersion extends Omit<RetentionMessageVersion, "localizations"> {
  readonly id: string;
}

/** What a version's state is called that subscribers are shown; that Apple calls it so is UNCONFIRMED. */
export const APPROVED_STATE = "APPROVED";

/**
 * Returns the newest version, which the sandbox shows, and the newest approved one, which production
 * shows. Without numbers the last of the list is the newest.
 */
export function newestVersions(records: readonly ConnectRecord[]): readonly FoundVersion[] {
  const versions = records.map((record) => ({
    id: record.id,
    version: numberOf(record, "version"),
    state: textOf(record, "state"),
  }));
  // A stable sort: what has no number keeps its place behind what has one.
  const oldestFirst = versions.toSorted(
    (one, other) => (one.version ?? Infinity) - (other.version ?? Infinity) || 0,
  );
  const newest = oldestFirst.at(-1);
  const approved = oldestFirst.findLast(({ state }) => state === APPROVED_STATE);
  return oldestFirst.filter((version) => version === newest || version === approved);
}
