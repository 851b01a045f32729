import type { ReviewStates } from "@holdfast/flow/catalog";
import { compileMessages, effectiveFlow } from "@holdfast/flow/compile";
import { parseSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import { documentOf } from "../flows/check-content.ts";
import { ownValue } from "../flows/flow-content.ts";
import { readVersion } from "../flows/versions.ts";
import type { JobKind } from "../jobs/index.ts";
import { withApprovedTexts } from "./approved-texts.ts";
import { nextSequence } from "./next-sequence.ts";
import {
  insertPublication,
  insertSnapshot,
  readLivePublication,
  readSnapshotText,
} from "./publications.ts";
import type { Publication } from "./publications.ts";
import type { PublicationPlace, PublishingMeans } from "./publishing-means.ts";
import { rejectedMessages } from "./rejected-messages.ts";
import type { LiveFlow } from "./rejected-messages.ts";
import { signPublication } from "./sign-publication.ts";
import { areSameStops, issueStopList, NOTHING_STOPPED, readStopList } from "./stop-lists.ts";
import { changeAsSystem } from "./system-change.ts";

/** The job that follows Apple's reviews, and who the audit log names. */
const REVIEWS_JOB = "publishing.reviews";

/** How often every app is looked at, ms: the net below being told of changes. */
const EVERY_MS = 60_000;

/**
 * Returns the job that takes over what Apple's reviewers decided, for every app and environment with
 * something live or stopped. Publishing itself does so at once when told; this finds what was missed.
 */
export function reviewsJob(means: PublishingMeans): JobKind {
  return {
    name: REVIEWS_JOB,
    everyMs: EVERY_MS,
    async run({ signal }) {
      for (const place of await livePlaces(means)) {
        signal.throwIfAborted();
        await followReviews(means, place);
      }
    },
  };
}

async function livePlaces({ database }: PublishingMeans): Promise<readonly PublicationPlace[]> {
  return database.queries
    .selectFrom("publications")
    .select(["app", "environment"])
    .distinct()
    .execute();
}

/**
 * Takes over what Apple's reviewers decided for one app and environment: messages they rejected go to the
 * stop list, and come off it when they do not stand there as rejected any more; texts they approved are
 * added to what is live. Doing it twice changes nothing more.
 */
export async function followReviews(
  means: PublishingMeans,
  place: PublicationPlace,
): Promise<void> {
  const { app, environment } = place;
  const reviewStates = await means.facts.reviewStates(app, environment);
  if (reviewStates === undefined) return;
  const live = await readLivePublication(means.database.queries, place);
  const flow = live === undefined ? undefined : await liveFlow(means, live);
  await stopRejected(means, place, rejectedMessages(reviewStates, flow));
  if (live !== undefined && flow !== undefined && !live.isPinned) {
    await addApproved(means, live, { flow, reviewStates });
  }
}

async function liveFlow(
  { database }: PublishingMeans,
  live: Publication,
): Promise<LiveFlow | undefined> {
  const { content } = await readVersion(database.queries, live);
  const document = documentOf(content);
  if (document === undefined) return undefined;
  const images = (path: string) => ownValue(content.images, path);
  return { document, environment: live.environment, images };
}

async function stopRejected(
  means: PublishingMeans,
  place: PublicationPlace,
  rejected: readonly string[],
): Promise<void> {
  const current = (await readStopList(means.database.queries, place)) ?? NOTHING_STOPPED;
  if (areSameStops(current, { ...current, rejectedMessages: rejected })) return;
  const publisher = await means.publisherOf(place.app);
  const now = means.now();
  await changeAsSystem(systemChange(means, place, "stopRejectedMessages"), (change) =>
    issueStopList(change, {
      ...place,
      edit: (stops) => ({ ...stops, rejectedMessages: rejected }),
      publisher,
      summary: `stopped what Apple rejected in ${place.environment}: ${rejected.join(", ") || "nothing any more"}`,
      now,
    }),
  );
}

interface Reviewed {
  readonly flow: LiveFlow;
  readonly reviewStates: ReviewStates;
}

async function addApproved(
  means: PublishingMeans,
  live: Publication,
  { flow, reviewStates }: Reviewed,
): Promise<void> {
  const { app, environment, version } = live;
  const { document, images } = flow;
  const approved = compileMessages(effectiveFlow(document, environment).messages, {
    bundleId: document.app,
    reviewStates,
    images,
  });
  const before = parseSnapshot(
    JSON.parse(await readSnapshotText(means.database.queries, live.snapshot)),
  );
  const snapshot = withApprovedTexts(before, approved);
  if (snapshot === undefined) return;
  const publication = await signPublication(means, {
    app,
    environment,
    sequence: await nextSequence(means.database.queries, live.sequence),
    version,
    snapshot: await snapshotHash(snapshot),
    kind: "approvedTexts",
    isPinned: false,
  });
  await changeAsSystem(systemChange(means, live, "publishApprovedTexts"), async (change) => {
    await insertSnapshot(change, {
      hash: publication.snapshot,
      snapshot,
      now: publication.publishedAt,
    });
    // When somebody published meanwhile, theirs is compiled from the same states or newer ones.
    await insertPublication(change, publication);
  });
}

function systemChange(
  { database, now }: PublishingMeans,
  { app, environment }: PublicationPlace,
  action: string,
) {
  return { database, app, environment, action, job: REVIEWS_JOB, now: now() };
}
