import { ApiRefusal } from "@holdfast/api/server";
import { requireEnvironment } from "../flows/flow-means.ts";
import type { Change } from "../http/implementation.ts";
import { nextSequence } from "./next-sequence.ts";
import { publicationConflict } from "./publication-conflict.ts";
import { findPublication, insertPublication, readLivePublication } from "./publications.ts";
import type { Publication } from "./publications.ts";
import type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
import { signPublication } from "./sign-publication.ts";

/** What is to be brought back. */
export interface RollbackRequest extends PublicationPlace {
  /** The sequence of the publication whose snapshot becomes live again. */
  readonly to: number;
  /** The sequence that is live as its author knows it. */
  readonly expectedSequence: number;
  readonly note?: string | undefined;
  readonly publishedBy: string;
}

/**
 * Signs an earlier snapshot under the next sequence. It is pinned: the system adds nothing to it by
 * itself until somebody publishes.
 *
 * @throws ApiRefusal `CONFLICT` when something else is live than expected, `NOT_FOUND`
 */
export async function prepareRollback(
  means: PublishingMeans,
  request: RollbackRequest,
): Promise<Publication> {
  const { app, environment, to, expectedSequence, note, publishedBy } = request;
  const { queries } = means.database;
  await requireEnvironment(means, app, environment);
  const target = await findPublication(queries, request, to);
  if (target === undefined) {
    throw new ApiRefusal("NOT_FOUND", `${app} has no publication ${to} in ${environment}`);
  }
  const live = await readLivePublication(queries, request);
  if (live?.sequence !== expectedSequence) {
    throw await publicationConflict(queries, request, expectedSequence);
  }
  return signPublication(means, {
    app,
    environment,
    sequence: await nextSequence(queries, expectedSequence),
    version: target.version,
    snapshot: target.snapshot,
    kind: "rollback",
    isPinned: true,
    rolledBackTo: to,
    ...(note === undefined ? {} : { note }),
    publishedBy,
  });
}

/**
 * Makes a prepared rollback live.
 *
 * @param expectedSequence - the one that must still be live
 * @throws ApiRefusal `CONFLICT` when somebody else published since it was prepared
 */
export async function commitRollback(
  change: Change,
  publication: Publication,
  expectedSequence: number,
): Promise<Publication> {
  if (await insertPublication(change, publication)) return publication;
  throw await publicationConflict(change.queries, publication, expectedSequence);
}
