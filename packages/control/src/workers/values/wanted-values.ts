import type { Queries } from "../../storage/index.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { liveValues } from "./live-values.ts";
import { revocationValues } from "./revocation-values.ts";
import { stopListValues } from "./stop-list-values.ts";
import type { ValueKind, WantedValue } from "./value-kind.ts";

/** What is written, in the order of writing: what must not be sent any more goes before what is to be. */
const VALUE_KINDS: readonly ValueKind[] = [stopListValues, liveValues, revocationValues];

/** Returns the values that are to be, of one app or of all, in the order of writing. */
export async function wantedValues(
  queries: Queries,
  means: WorkersMeans,
  app?: string,
): Promise<readonly WantedValue[]> {
  const wanted: WantedValue[] = [];
  for (const list of VALUE_KINDS) wanted.push(...(await list(queries, means, app)));
  return wanted;
}
