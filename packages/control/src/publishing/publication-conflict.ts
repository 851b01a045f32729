import { ApiRefusal } from "@holdfast/api/server";
import { diffFlows, diffImageFiles, summarizeChanges } from "@holdfast/flow/diff";
import { documentOf } from "../flows/check-content.ts";
import { readVersion } from "../flows/versions.ts";
import type { Queries } from "../storage/index.ts";
import { findPublication, readLivePublication } from "./publications.ts";
import type { Publication } from "./publications.ts";
import type { PublicationPlace } from "./publishing-means.ts";

/** The longest summary, in UTF-16 code units: what the API sends. */
const MAX_SUMMARY_LENGTH = 9000;

/**
 * Returns the refusal of whoever publishes over something they have not seen: with what is live now, and
 * in words how it differs from what they saw.
 */
export async function publicationConflict(
  queries: Queries,
  place: PublicationPlace,
  expectedSequence: number,
): Promise<ApiRefusal> {
  const live = await readLivePublication(queries, place);
  const seen = await findPublication(queries, place, expectedSequence);
  const is = live === undefined ? "nothing" : `sequence ${live.sequence} (version ${live.version})`;
  return new ApiRefusal(
    "CONFLICT",
    `expected sequence ${expectedSequence} to be live in ${place.environment}, found ${is}; nothing was published`,
    {
      current: {
        sequence: live?.sequence ?? 0,
        ...(live === undefined ? {} : { summary: await summaryOf(queries, live, seen) }),
      },
      advice: "look at what is live now, decide anew, and send its sequence",
    },
  );
}

async function summaryOf(
  queries: Queries,
  live: Publication,
  seen: Publication | undefined,
): Promise<string> {
  const by = live.publishedBy === undefined ? "the system" : live.publishedBy;
  const head = `${live.label} was published by ${by}`;
  if (seen === undefined || seen.snapshot === live.snapshot) return head;
  const { content: was } = await readVersion(queries, seen);
  const { content: is } = await readVersion(queries, live);
  const before = documentOf(was);
  const after = documentOf(is);
  if (before === undefined || after === undefined) return head;
  const changes = [...diffFlows(before, after), ...diffImageFiles(was.images, is.images)];
  return `${head}\n${summarizeChanges(changes, MAX_SUMMARY_LENGTH)}`;
}
