import { dirname, join } from "node:path";
import { CodedError } from "@holdfast/appstore/errors";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { Io } from "../command.ts";
import { readTextIfPresent } from "../files.ts";
import { writePrivateFile } from "../private-file.ts";
import { locateConfigs } from "./credentials/config-locations.ts";

/** The performance test that was started last from here for an app. */
export interface StartedTest {
  readonly bundleId: string;
  /** Where the API was, so that a local App Store's test is not taken for Apple's. */
  readonly baseUrl: string;
  readonly requestId: string;
  /** RFC 3339. */
  readonly at: string;
}

type Place = Pick<RetentionMessagingClient, "bundleId" | "baseUrl">;

const FILE = "performance-tests.json";

/** Remembers a test beside the user's configuration; that it cannot is a warning: the test goes on. */
export async function rememberPerformanceTest(
  io: Io,
  { bundleId, baseUrl }: Place,
  requestId: string,
): Promise<void> {
  const started = { bundleId, baseUrl, requestId, at: new Date(io.now()).toISOString() };
  const path = pathOf(io);
  if (path === undefined) return;
  try {
    const others = (await readAll(io, path)).filter((test) => !isOf(test, started));
    await writePrivateFile(path, `${JSON.stringify([...others, started], undefined, 2)}\n`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    io.warn(`the test's request id is not remembered: ${error.message}`);
  }
}

/** Returns the last test started from here, if that is known. */
export async function lastPerformanceTest(
  io: Pick<Io, "env" | "cwd">,
  place: Place,
): Promise<StartedTest | undefined> {
  const path = pathOf(io);
  return path === undefined
    ? undefined
    : (await readAll(io, path)).find((test) => isOf(test, place));
}

function pathOf(io: Pick<Io, "env" | "cwd">): string | undefined {
  const { own } = locateConfigs(io, "holdfast");
  return own === undefined ? undefined : join(dirname(own), FILE);
}

/** A file that cannot be read or is none of ours is like none: it is a convenience. */
async function readAll(io: Pick<Io, "cwd">, path: string): Promise<readonly StartedTest[]> {
  try {
    const value: unknown = JSON.parse((await readTextIfPresent(io, path)) ?? "[]");
    return Array.isArray(value) ? value.filter(isStartedTest) : [];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof CodedError) return [];
    throw error;
  }
}

function isStartedTest(value: unknown): value is StartedTest {
  if (typeof value !== "object" || value === null) return false;
  const { bundleId, baseUrl, requestId, at } = value as Partial<StartedTest>;
  return [bundleId, baseUrl, requestId, at].every((text) => typeof text === "string");
}

function isOf(test: StartedTest, { bundleId, baseUrl }: Place): boolean {
  return test.bundleId === bundleId && test.baseUrl === baseUrl;
}
