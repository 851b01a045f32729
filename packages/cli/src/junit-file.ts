import { access, open, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io, Options, OptionSpec } from "./command.ts";
import { reasonOf, writeText } from "./files.ts";
import { junitXml } from "./junit.ts";
import type { JunitSuite } from "./junit.ts";
import { makeDirectories } from "./make-directories.ts";
import { refuseLink } from "./replace-file.ts";

/** Where the result goes as well. */
export const JUNIT_OPTION: OptionSpec = {
  flags: "--junit <file>",
  description: "also write the result as JUnit XML",
};

/** Writes a report where {@link JUNIT_OPTION} says; nothing where it was not given. */
export type WriteJunit = (suite: JunitSuite) => Promise<void>;

/**
 * Opens the file of {@link JUNIT_OPTION}. Whether it can be written is found out now: what it is to
 * report of can take an hour, and cannot be had twice.
 *
 * @throws UsageError `FILE_UNWRITABLE`
 */
export async function openJunitFile(io: Io, options: Options): Promise<WriteJunit> {
  const file = options.text("junit");
  if (file === undefined) return () => Promise.resolve();
  await requireWritable(resolve(io.cwd, file), file);
  return (suite) => writeText(io, file, junitXml([suite]));
}

/** Leaves nothing behind: an empty report would be taken for a broken one. */
async function requireWritable(path: string, written: string): Promise<void> {
  try {
    refuseLink(path);
    await makeDirectories(dirname(path));
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    await (await open(path, "a")).close();
    if (!isThere) await rm(path);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError("FILE_UNWRITABLE", `${written}: ${reasonOf(cause)}`, { cause });
  }
}
