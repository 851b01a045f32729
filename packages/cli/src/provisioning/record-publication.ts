import { CodedError } from "@holdfast/appstore/errors";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { openState, publicationUse, recordUse } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import type { PublishedSnapshot } from "../publish-snapshot.ts";
import { createStateFile, defaultStateFile } from "./state-file.ts";

/**
 * Remembers what a published snapshot uses, so that pruning leaves it alone. Returns a warning where
 * that is not possible: the snapshot is live then all the same.
 */
export async function recordPublication(
  snapshot: Snapshot,
  { label }: Pick<PublishedSnapshot, "label">,
  { io, stateFile }: { readonly io: Io; readonly stateFile: string | undefined },
): Promise<readonly string[]> {
  const { app: bundleId, environment } = snapshot;
  const owner = { bundleId, environment };
  const path = stateFile ?? defaultStateFile(owner);
  const use = publicationUse(snapshot, label);
  try {
    const state = await openState(createStateFile(io, { path, owner }), owner, io.now());
    await state.update((before) => recordUse(before, use, io.now()));
    return [];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [`what is live now could not be remembered for pruning: ${error.message}`];
  }
}
