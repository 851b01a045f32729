import { CodedError } from "@holdfast/appstore/errors";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { Io } from "../command.ts";
import { createStateFile, defaultStateFile } from "./state-file.ts";

/**
 * Returns a warning where a snapshot uses texts that `holdfast apply` did not bring to Apple from here:
 * Apple shows none that is not APPROVED. Goes by what is remembered; Apple is not asked, for publishing
 * needs no network.
 */
export async function warnOfUnappliedTexts(
  snapshot: Snapshot,
  { io, stateFile }: { readonly io: Io; readonly stateFile: string | undefined },
): Promise<readonly string[]> {
  const { app: bundleId, environment } = snapshot;
  const owner = { bundleId, environment };
  const used = new Set(
    Object.values(snapshot.messages).flatMap(({ locales }) => Object.values(locales)),
  );
  const applied = await readApplied(io, { owner, path: stateFile ?? defaultStateFile(owner) });
  const missing = [...used].filter((identifier) => !applied.has(identifier));
  if (missing.length === 0) return [];
  return [
    `${missing.length} of ${used.size} texts were not brought to Apple from here, and Apple shows none that is not APPROVED; ` +
      `look with holdfast plan --environment ${environment}, and let holdfast deploy apply, wait and publish`,
  ];
}

/** A state that cannot be read is told where it is written. */
async function readApplied(
  io: Io,
  file: Parameters<typeof createStateFile>[1],
): Promise<ReadonlySet<string>> {
  try {
    const state = await createStateFile(io, file).read();
    const uses = state?.uses.filter(({ kind }) => kind === "apply") ?? [];
    return new Set(uses.flatMap(({ messages }) => messages));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return new Set();
  }
}
