import { dirname, join } from "node:path";
import { routes } from "@holdfast/api";
import type { Io } from "../command.ts";
import { loadFlow } from "../load-flow.ts";
import { compareContents, contentOf } from "./flow-content.ts";
import type { FlowContent } from "./flow-content.ts";
import type { PulledFile } from "./pulled-files.ts";
import { readVersion } from "./read-version.ts";
import type { AppAtControl } from "./read-version.ts";

/** How many of the newest versions are looked at for the flow that is here. */
const VERSIONS_LOOKED_AT = 10;

/**
 * Returns which of the files that would be overwritten are nowhere else: those that do not belong to the
 * flow here, and all of them where the flow here is none of the newest versions.
 *
 * @throws ControlCallError
 */
export async function findUnsavedFiles(
  place: AppAtControl,
  { files, flowFile }: { readonly files: readonly PulledFile[]; readonly flowFile: string },
  io: Io,
): Promise<readonly string[]> {
  const changed = files.filter(({ state }) => state === "changed").map(({ path }) => path);
  if (changed.length === 0) return [];
  const here = await readFlowHere(flowFile, io);
  if (here === undefined || !(await isSaved(place, here))) return changed;
  const directory = dirname(flowFile);
  const own = [...Object.keys(here.files), ...Object.keys(here.images)];
  const saved = new Set([flowFile, ...own.map((path) => join(directory, path))]);
  return changed.filter((path) => !saved.has(path));
}

/** A flow with errors cannot have been saved. */
async function readFlowHere(file: string, io: Io): Promise<FlowContent | undefined> {
  const flow = await loadFlow(io, { file }).catch(() => undefined);
  const document = flow?.document;
  return flow === undefined || document === undefined
    ? undefined
    : contentOf({ ...flow, document });
}

async function isSaved(place: AppAtControl, here: FlowContent): Promise<boolean> {
  const { client, app } = place;
  const query = { limit: VERSIONS_LOOKED_AT };
  const { body } = await client.call(routes.listVersions, { params: { app }, query });
  for (const { version } of body.items) {
    if (compareContents(await readVersion(place, version), here).isSame) return true;
  }
  return false;
}
