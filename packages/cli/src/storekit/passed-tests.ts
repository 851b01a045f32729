import { dirname, join } from "node:path";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { appendLine } from "../append-line.ts";
import type { Io } from "../command.ts";
import { readTextIfPresent, reasonOf } from "../files.ts";
import { makeDirectories } from "../make-directories.ts";
import { locateConfigs } from "./credentials/config-locations.ts";

const FILE = "passed-tests.ndjson";
const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** Whose tests, and where: a local App Store's are not taken for Apple's. */
export type TestedApp = Pick<RetentionMessagingClient, "bundleId" | "baseUrl">;

/** A performance test that passed, as it was seen from here. */
interface PassedTest extends TestedApp {
  /** When it was seen, RFC 3339. */
  readonly at: string;
}

/**
 * Writes down that a performance test has passed, for Apple does not tell later which tests there
 * were. That it cannot be written is a warning: the test has passed all the same.
 */
export async function recordPassedTest(
  { bundleId, baseUrl }: TestedApp,
  io: Pick<Io, "env" | "cwd" | "now" | "warn">,
): Promise<void> {
  const path = pathOf(io);
  if (path === undefined) return;
  const passed: PassedTest = { at: new Date(io.now()).toISOString(), bundleId, baseUrl };
  try {
    await makeDirectories(dirname(path), OWNER_ONLY_DIRECTORY);
    await appendLine(path, JSON.stringify(passed), OWNER_ONLY_FILE);
  } catch (error) {
    io.warn(`${path}: ${reasonOf(error)}; that the test passed is not remembered`);
  }
}

/**
 * Returns when a test of the app was last seen to have passed, in milliseconds since 1970; undefined
 * where none was. Lines that cannot be read do not count.
 *
 * @throws UsageError `FILE_UNREADABLE`
 */
export async function findPassedTest(
  { bundleId, baseUrl }: TestedApp,
  io: Io,
): Promise<number | undefined> {
  const path = pathOf(io);
  const text = path === undefined ? undefined : await readTextIfPresent(io, path);
  const times = (text ?? "")
    .split("\n")
    .map(parseLine)
    .filter((passed) => passed?.bundleId === bundleId && passed.baseUrl === baseUrl)
    .map((passed) => Date.parse(passed?.at ?? ""));
  return times.findLast((time) => !Number.isNaN(time));
}

function pathOf(io: Pick<Io, "env" | "cwd">): string | undefined {
  const { own } = locateConfigs(io, "holdfast");
  return own === undefined ? undefined : join(dirname(own), FILE);
}

function parseLine(line: string): Partial<PassedTest> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
