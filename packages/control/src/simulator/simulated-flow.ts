import type { RouteInput, routes } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import { compileValidFlow } from "@holdfast/flow/compile";
import { parseSnapshot, prepareSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import type { PreparedSnapshot } from "@holdfast/flow/snapshot";
import { requireValidContent } from "../flows/check-content.ts";
import { readDraft } from "../flows/drafts.ts";
import { ownValue } from "../flows/flow-content.ts";
import type { FlowContent } from "../flows/flow-content.ts";
import type { FlowMeans } from "../flows/index.ts";
import { readVersion } from "../flows/versions.ts";
import { readLivePublication, readSnapshotText } from "../publishing/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/** Which flow, as the API takes it. */
export type FlowChoice = NonNullable<RouteInput<typeof routes.simulate>["body"]["flow"]>;

/** A flow that is ready to be evaluated. */
export interface SimulatedFlow {
  readonly prepared: PreparedSnapshot;
  readonly hash: string;
  /** Absent for a draft or a document. */
  readonly version?: number;
  readonly isLive: boolean;
}

/** What is live, ready to be evaluated. */
export interface LiveFlow extends SimulatedFlow {
  readonly version: number;
  readonly sequence: number;
}

/** Returns what is live; undefined where nothing is. */
export async function openLiveFlow(
  queries: Queries,
  place: PublicationPlace,
): Promise<LiveFlow | undefined> {
  const live = await readLivePublication(queries, place);
  if (live === undefined) return undefined;
  const { snapshot: hash, version, sequence } = live;
  const text = await readSnapshotText(queries, hash);
  const prepared = prepareSnapshot(parseSnapshot(JSON.parse(text)));
  return { prepared, hash, version, sequence, isLive: true };
}

/**
 * Returns the flow that is chosen: what is live as it was published, anything else compiled as publishing it
 * now would.
 *
 * @throws ApiRefusal `NOT_FOUND`, `FLOW_INVALID` with all issues
 */
export async function openChosenFlow(
  means: Pick<FlowMeans, "database" | "facts">,
  place: PublicationPlace,
  chosen: FlowChoice | undefined,
): Promise<SimulatedFlow> {
  const { queries } = means.database;
  const { app, environment } = place;
  const written = chosen && (await contentOf(queries, app, chosen));
  if (chosen === undefined || written === undefined) {
    const live = await openLiveFlow(queries, place);
    if (live !== undefined) return live;
    throw new ApiRefusal("NOT_FOUND", `nothing of ${app} is live in ${environment}`);
  }
  const { content, version } = written;
  const withReviews = !chosen.assumeApproved;
  const document = await requireValidContent(means, { app, content, environment, withReviews });
  const snapshot = compileValidFlow(document, {
    environment,
    catalog: await means.facts.catalog(app),
    reviewStates: withReviews ? await means.facts.reviewStates(app, environment) : undefined,
    images: (path) => ownValue(content.images, path),
  });
  const hash = await snapshotHash(snapshot);
  const live = await readLivePublication(queries, place);
  return {
    prepared: prepareSnapshot(snapshot),
    hash,
    ...(version === undefined ? {} : { version }),
    isLive: live?.snapshot === hash,
  };
}

/** What was written; undefined where what is live is meant. */
async function contentOf(
  queries: Queries,
  app: string,
  { version, draft, source, files, images }: FlowChoice,
): Promise<{ readonly content: FlowContent; readonly version?: number } | undefined> {
  if (version !== undefined) {
    return { version, content: (await readVersion(queries, { app, version })).content };
  }
  if (draft !== undefined) {
    return { content: (await readDraft(queries, { app, id: draft })).content };
  }
  return source === undefined ? undefined : { content: { source, files, images } };
}

/** Returns a flow as the API shows it. */
export function flowBody({ hash, version, isLive }: SimulatedFlow) {
  return { hash, isLive, ...(version === undefined ? {} : { version }) };
}
