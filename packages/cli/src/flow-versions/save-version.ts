import { routes } from "@holdfast/api";
import type { FlowChange } from "@holdfast/flow/diff";
import type { Io } from "../command.ts";
import type { UsableFlow } from "../load-flow.ts";
import { sayProgress } from "../storekit/progress.ts";
import { compareContents, contentOf } from "./flow-content.ts";
import type { FlowContent } from "./flow-content.ts";
import { inFlowFile } from "./in-flow-file.ts";
import { readNewestVersion } from "./read-version.ts";
import type { AppAtControl } from "./read-version.ts";

/** What came of saving a flow. */
export interface SavedVersion {
  readonly version: number;
  /** Whether it was saved now; otherwise the newest one was this very flow already. */
  readonly isNew: boolean;
  /** The newest one before; absent for an app's first. */
  readonly previous?: number;
  /** What is different from the newest one before; undefined where this release cannot read that. */
  readonly changes: readonly FlowChange[] | undefined;
  /** How many image files were sent. */
  readonly imagesSent: number;
}

/** What is saved, and why. */
export interface FlowToSave {
  readonly flow: UsableFlow;
  /** Why, for those who come later. */
  readonly note?: string | undefined;
}

/**
 * Saves a flow as a version, its image files first. Where the newest version is this very flow, nothing
 * is sent. Doing it again after it was cut off does nothing twice.
 *
 * @throws FlowRefused `FLOW_INVALID` where the control plane, which knows the catalog of now, finds errors
 * @throws ControlCallError
 */
export async function saveVersion(
  place: AppAtControl,
  { flow, note }: FlowToSave,
  io: Pick<Io, "stderr" | "isErrTty">,
): Promise<SavedVersion> {
  const { client, app } = place;
  const content = contentOf(flow);
  const newest = await readNewestVersion(place);
  const before = newest === undefined ? {} : { previous: newest.version };
  const difference =
    newest === undefined ? { isSame: false, changes: [] } : compareContents(newest, content);
  if (newest !== undefined && difference.isSame) {
    return { version: newest.version, isNew: false, changes: [], imagesSent: 0 };
  }
  const imagesSent = await keepImages(place, { flow, content, newest }, io);
  const { source, files, images } = content;
  const body = { source, files, images, ...(note === undefined ? {} : { note }) };
  const saved = await client
    .call(routes.createVersion, { params: { app }, body })
    .catch((error: unknown) => {
      throw inFlowFile(error, flow);
    });
  const { changes } = difference;
  return { version: saved.body.version, isNew: true, ...before, changes, imagesSent };
}

interface Images {
  readonly flow: UsableFlow;
  readonly content: FlowContent;
  readonly newest: FlowContent | undefined;
}

/** Those of the newest version are kept there already. */
async function keepImages(
  { client, app }: AppAtControl,
  { flow, content, newest }: Images,
  io: Pick<Io, "stderr" | "isErrTty">,
): Promise<number> {
  const kept = new Set(Object.values(newest?.images ?? {}));
  const missing = new Map(
    Object.entries(content.images)
      .filter(([, sha256]) => !kept.has(sha256))
      .map(([path, sha256]) => [sha256, path]),
  );
  let sent = 0;
  for (const path of missing.values()) {
    const bytes = flow.beside.bytesOf(path);
    if (bytes === undefined) continue;
    const png = Buffer.from(bytes).toString("base64");
    await client.call(routes.keepImageFile, { params: { app }, body: { png } });
    sent += 1;
    sayProgress(io, `image files: ${sent} of ${missing.size} sent`);
  }
  return sent;
}
