import { compileValidFlow } from "@holdfast/flow/compile";
import { snapshotHash } from "@holdfast/flow/snapshot";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { requireApprovals } from "../flows/approvals.ts";
import { requireValidContent } from "../flows/check-content.ts";
import { ownValue } from "../flows/flow-content.ts";
import { requireEnvironment } from "../flows/flow-means.ts";
import { readVersion } from "../flows/versions.ts";
import type { Version } from "../flows/versions.ts";
import type { Change } from "../http/implementation.ts";
import { nextSequence } from "./next-sequence.ts";
import { publicationConflict } from "./publication-conflict.ts";
import { insertPublication, insertSnapshot, readLivePublication } from "./publications.ts";
import type { Publication } from "./publications.ts";
import type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
import { signPublication } from "./sign-publication.ts";

/** What is to become live. */
export interface PublicationRequest extends PublicationPlace {
  readonly version: number;
  /** The sequence that is live as its author knows it; 0 where nothing is. */
  readonly expectedSequence: number;
  readonly kind: "publish" | "schedule";
  readonly note?: string | undefined;
  readonly publishedBy: string;
}

/** A publication that is ready to be written. */
export interface PreparedPublication {
  readonly publication: Publication;
  /** The sequence that must still be live when it is written. */
  readonly expectedSequence: number;
  readonly snapshot: Snapshot;
  readonly requiredApprovals: number;
  /** The very same was published as the next one already: somebody repeats a request whose answer was lost. */
  readonly isLive: boolean;
}

/**
 * Validates and compiles a version and signs its publication: all that is slow. Nothing is live yet.
 *
 * @throws ApiRefusal `CONFLICT` with the differences when something else is live than expected,
 *   `FLOW_INVALID` with all issues, `NOT_FOUND`
 */
export async function preparePublication(
  means: PublishingMeans,
  request: PublicationRequest,
): Promise<PreparedPublication> {
  const { app, environment, expectedSequence, note, kind, publishedBy } = request;
  const { queries } = means.database;
  const { settings } = await requireEnvironment(means, app, environment);
  const version = await readVersion(queries, { app, version: request.version });
  const live = await readLivePublication(queries, request);
  const snapshot = await compileVersion(means, version, environment);
  const hash = await snapshotHash(snapshot);
  const { requiredApprovals } = settings;
  const sequence = await nextSequence(queries, expectedSequence);
  const prepared = { expectedSequence, snapshot, requiredApprovals };
  if (live?.sequence === sequence && isRepeated(request, hash, live)) {
    return { ...prepared, publication: live, isLive: true };
  }
  if ((live?.sequence ?? 0) !== expectedSequence) {
    throw await publicationConflict(queries, request, expectedSequence);
  }
  const publication = await signPublication(means, {
    app,
    environment,
    sequence,
    version: version.version,
    snapshot: hash,
    kind,
    isPinned: false,
    ...(note === undefined ? {} : { note }),
    publishedBy,
  });
  return { ...prepared, publication, isLive: false };
}

/**
 * Makes a prepared publication live, in one transaction with whatever else `change` does.
 *
 * @throws ApiRefusal `CONFLICT` when somebody else published since it was prepared, `APPROVAL_REQUIRED`
 */
export async function commitPublication(
  change: Change,
  { publication, expectedSequence, snapshot, requiredApprovals }: PreparedPublication,
): Promise<Publication> {
  const { app, environment, version, publishedAt } = publication;
  await requireApprovals(change.queries, {
    app,
    version,
    environment,
    required: requiredApprovals,
  });
  await insertSnapshot(change, { hash: publication.snapshot, snapshot, now: publishedAt });
  if (await insertPublication(change, publication)) return publication;
  throw await publicationConflict(change.queries, publication, expectedSequence);
}

/**
 * Checks that a version could be published as things stand, without publishing it.
 *
 * @throws ApiRefusal `FLOW_INVALID`, `APPROVAL_REQUIRED`, `NOT_FOUND`
 */
export async function requirePublishable(
  means: PublishingMeans,
  { app, environment, version }: PublicationPlace & { readonly version: number },
): Promise<void> {
  const { queries } = means.database;
  const { settings } = await requireEnvironment(means, app, environment);
  const { content } = await readVersion(queries, { app, version });
  await requireValidContent(means, { app, content, environment });
  const required = settings.requiredApprovals;
  await requireApprovals(queries, { app, version, environment, required });
}

async function compileVersion(
  means: PublishingMeans,
  { app, content }: Version,
  environment: PublicationPlace["environment"],
): Promise<Snapshot> {
  const document = await requireValidContent(means, { app, content, environment });
  return compileValidFlow(document, {
    environment,
    catalog: await means.facts.catalog(app),
    reviewStates: await means.facts.reviewStates(app, environment),
    images: (path) => ownValue(content.images, path),
  });
}

function isRepeated(
  { version, kind, publishedBy }: PublicationRequest,
  hash: string,
  live: Publication,
): boolean {
  return (
    live.version === version &&
    live.snapshot === hash &&
    live.kind === kind &&
    live.publishedBy === publishedBy
  );
}
