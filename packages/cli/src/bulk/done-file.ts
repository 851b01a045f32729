import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { appendLine } from "../append-line.ts";
import type { Io } from "../command.ts";
import { readTextIfPresent, reasonOf, writeText } from "../files.ts";
import { refuseLink } from "../replace-file.ts";
import type { DefaultRow } from "./default-rows.ts";

/** What earlier runs have set, so that a later one does not spend Apple's quota on it again. */
export interface DoneFile {
  readonly has: (row: DefaultRow) => boolean;
  /** Writes it down at once, for a run can end at any moment. */
  readonly add: (row: DefaultRow) => Promise<void>;
}

/**
 * Opens a file with one line of JSON for each default message that was set, of any app and
 * environment. Lines that cannot be read, like one cut off by a kill, count as not there: setting a
 * default again does no harm.
 *
 * @throws UsageError `FILE_UNREADABLE`, `FILE_UNWRITABLE`
 */
export async function openDoneFile(
  io: Io,
  file: string,
  { bundleId, environment }: Pick<RetentionMessagingClient, "bundleId" | "environment">,
): Promise<DoneFile> {
  const lineOf = ({ productId, locale, messageId }: DefaultRow): string =>
    JSON.stringify({ bundleId, environment, productId, locale, messageId });
  const path = resolve(io.cwd, file);
  refuseLink(path);
  const before = await readTextIfPresent(io, file);
  // Also tells early that the file cannot be written.
  if (before === undefined) await writeText(io, file, "");
  const done = new Set((before ?? "").split("\n"));
  return {
    has: (row) => done.has(lineOf(row)),
    async add(row) {
      try {
        await appendLine(path, lineOf(row));
      } catch (cause) {
        throw new UsageError("FILE_UNWRITABLE", `${file}: ${reasonOf(cause)}`, { cause });
      }
    },
  };
}

/** Where nothing is written down. */
export const NO_DONE_FILE: DoneFile = { has: () => false, add: () => Promise.resolve() };
