import { join, resolve } from "node:path";
import { CodedError, UsageError } from "@holdfast/appstore/errors";
import { parseProvisioningState } from "@holdfast/provisioning";
import type { ProvisioningState, StateOwner, StateStore } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { DISK } from "../file-steps.ts";
import type { FileSteps } from "../file-steps.ts";
import { parseJson, readTextIfPresent } from "../files.ts";
import { writePrivateFile } from "../private-file.ts";
import { underLock } from "./lock-file.ts";

const DIRECTORY = join(".holdfast", "provisioning");

/** Returns where the state of an app in an environment is kept unless another file is named. */
export function defaultStateFile({ bundleId, environment }: StateOwner): string {
  return join(DIRECTORY, `${encodeURIComponent(bundleId)}.${environment}.json`);
}

/** Where the state's file is, whose it is, and in which steps it is written. */
export interface StateFile {
  /** Relative to the working directory, or absolute. */
  readonly path: string;
  readonly owner: StateOwner;
  /** Default: those on the disk. */
  readonly files?: FileSteps | undefined;
}

/**
 * Makes a store that keeps the state in a file (0600), replaced whole with each change, and changed
 * by one process at a time: a lock beside it, `<file>.lock`, sees to that. What it reads may throw
 * UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `STATE_MALFORMED` and `STATE_OF_ANOTHER_APP`, what
 * it writes `FILE_UNWRITABLE`.
 */
export function createStateFile(io: Io, { path, owner, files = DISK }: StateFile): StateStore {
  const target = resolve(io.cwd, path);
  const read = async (): Promise<ProvisioningState | undefined> => {
    const text = await readTextIfPresent(io, path);
    if (text === undefined) return undefined;
    try {
      return parseProvisioningState(parseJson(text, path), owner);
    } catch (cause) {
      if (!(cause instanceof CodedError) || cause instanceof UsageError) throw cause;
      throw new UsageError(cause.code, `${path}: ${cause.message}`, { cause });
    }
  };
  return {
    read,
    async update(change) {
      // Where nothing changes nothing is written, not even a lock.
      const seen = await read();
      if (change(seen) === seen) return seen;
      return underLock(`${target}.lock`, { io, files }, async () => {
        const before = await read();
        const next = change(before);
        if (next === before || next === undefined) return before;
        await writePrivateFile(target, `${JSON.stringify(next, undefined, 2)}\n`, files);
        return next;
      });
    },
  };
}
