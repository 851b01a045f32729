import { join, resolve } from "node:path";
import { CodedError, UsageError } from "@holdfast/appstore/errors";
import { parseProvisioningState } from "@holdfast/provisioning";
import type { StateOwner, StateStore } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { parseJson, readTextIfPresent } from "../files.ts";
import { writePrivateFile } from "../private-file.ts";

const DIRECTORY = join(".holdfast", "provisioning");

/** Returns where the state of an app in an environment is kept unless another file is named. */
export function defaultStateFile({ bundleId, environment }: StateOwner): string {
  return join(DIRECTORY, `${encodeURIComponent(bundleId)}.${environment}.json`);
}

/**
 * Makes a store that keeps the state in a file (0600), replaced whole with each change. What it
 * reads may throw UsageError `FILE_UNREADABLE`, `JSON_MALFORMED`, `STATE_MALFORMED` and
 * `STATE_OF_ANOTHER_APP`, what it writes `FILE_UNWRITABLE`.
 */
export function createStateFile(io: Io, path: string, owner: StateOwner): StateStore {
  return {
    async read() {
      const text = await readTextIfPresent(io, path);
      if (text === undefined) return undefined;
      try {
        return parseProvisioningState(parseJson(text, path), owner);
      } catch (cause) {
        if (!(cause instanceof CodedError) || cause instanceof UsageError) throw cause;
        throw new UsageError(cause.code, `${path}: ${cause.message}`, { cause });
      }
    },
    write: (state) =>
      writePrivateFile(resolve(io.cwd, path), `${JSON.stringify(state, undefined, 2)}\n`),
  };
}
