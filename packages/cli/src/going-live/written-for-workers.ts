import type { Issued } from "./issued.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { findWorkersTarget } from "../workers/find-target.ts";

/** Whether something is in the namespace that an app's Workers read; they see it within 90 seconds. */
export interface WrittenForWorkers {
  readonly isWritten: boolean;
  /** When it, or something newer, was written, ms since 1970; absent before. */
  readonly writtenAt?: number;
  /** The code of why the last attempt failed. */
  readonly problem?: string;
}

/**
 * Returns whether a publication or a stop list was written for an app's Workers; undefined where it has none.
 *
 * @throws ControlCallError
 */
export async function readWrittenForWorkers(
  { client, app, environment }: PlaceAtControl,
  { what, sequence }: Issued,
): Promise<WrittenForWorkers | undefined> {
  const target = await findWorkersTarget(client, app);
  if (target === undefined) return undefined;
  const place = target.environments.find((one) => one.environment === environment);
  const value = what === "publication" ? place?.live : place?.stopList;
  const isWritten = (value?.sequence ?? 0) >= sequence;
  const { writtenAt, problem } = value ?? {};
  return {
    isWritten,
    ...(isWritten && writtenAt !== undefined ? { writtenAt } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}
