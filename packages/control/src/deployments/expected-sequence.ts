import { publicationConflict } from "../publishing/publication-conflict.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/**
 * Returns the sequence that is live, where that is the expected one or the expected one with approved texts
 * that the system added since: while Apple reviews the one flow, it may approve texts of the other, and
 * nobody's work is lost by passing over that.
 *
 * @throws ApiRefusal `CONFLICT` with the differences, where somebody published or rolled back since
 */
export async function liveSequence(
  queries: Queries,
  place: PublicationPlace,
  expectedSequence: number,
): Promise<number> {
  const since = await queries
    .selectFrom("publications")
    .select(["sequence", "kind"])
    .where("app", "=", place.app)
    .where("environment", "=", place.environment)
    .where("sequence", ">=", expectedSequence)
    .orderBy("sequence")
    .execute();
  const later = since.filter(({ sequence }) => sequence > expectedSequence);
  const isKnown = expectedSequence === 0 || later.length < since.length;
  if (isKnown && later.every(({ kind }) => kind === "approvedTexts")) {
    return later.at(-1)?.sequence ?? expectedSequence;
  }
  throw await publicationConflict(queries, place, expectedSequence);
}
