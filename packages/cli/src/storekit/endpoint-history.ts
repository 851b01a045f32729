import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { AppleApiError } from "@holdfast/appstore/http";
import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import { appendLine } from "../append-line.ts";
import type { Io } from "../command.ts";
import { codeOf, reasonOf } from "../files.ts";
import { makeDirectories } from "../make-directories.ts";
import { locateConfigs } from "./credentials/config-locations.ts";

/** One change of an app's real-time URL, made with this program. */
export interface EndpointChange {
  /** RFC 3339. */
  readonly at: string;
  readonly bundleId: string;
  readonly environment: ApiEnvironment;
  /** Where the API was, so that a local App Store's changes are not taken for Apple's. */
  readonly baseUrl: string;
  /** `refused` takes back the change before it: Apple did not make it. */
  readonly action: "set" | "deleted" | "restored" | "refused";
  /** The URL before; null where there was none. */
  readonly from: string | null;
  /** The URL after; null where there is none. */
  readonly to: string | null;
}

/** Whose changes. */
export type EndpointPlace = Pick<EndpointChange, "bundleId" | "environment" | "baseUrl">;

const FILE = "endpoint-history.ndjson";
const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * Returns the file of changes: beside the user's own configuration. A repository cannot bring one, for
 * what it says is set at Apple by `endpoint restore`.
 *
 * @throws UsageError `CONFIG_PATH_INVALID` where there is no home directory
 */
function endpointHistoryPath(io: Pick<Io, "env" | "cwd">): string {
  const { own } = locateConfigs(io, "holdfast");
  if (own !== undefined) return join(dirname(own), FILE);
  throw new UsageError(
    "CONFIG_PATH_INVALID",
    "expected a home directory to keep the history of URLs in; set HOLDFAST_CONFIG_PATH to an absolute path",
  );
}

/**
 * Makes a change of the URL. It is written down before, so that the old URL is not lost with this
 * process, and taken back in writing when Apple has certainly not made it.
 *
 * @throws UsageError `FILE_UNWRITABLE`, `CONFIG_PATH_INVALID` before anything is changed
 */
export async function recordEndpointChange<T>(
  io: Pick<Io, "env" | "cwd">,
  change: EndpointChange,
  make: () => Promise<T>,
): Promise<T> {
  if (change.from === change.to) return make();
  await append(io, change);
  try {
    return await make();
  } catch (error) {
    const isRefused = error instanceof AppleApiError && error.effect === "none";
    if (isRefused) await append(io, { ...change, action: "refused" });
    throw error;
  }
}

async function append(io: Pick<Io, "env" | "cwd">, change: EndpointChange): Promise<void> {
  const path = endpointHistoryPath(io);
  try {
    await makeDirectories(dirname(path), OWNER_ONLY_DIRECTORY);
    await appendLine(path, JSON.stringify(change), OWNER_ONLY_FILE);
  } catch (cause) {
    const message = `${path}: ${reasonOf(cause)}; the URL's history is kept there: let it be written, or set HOLDFAST_CONFIG_PATH to a file in a directory that can be`;
    throw new UsageError("FILE_UNWRITABLE", message, { cause });
  }
}

/**
 * Returns an app's changes in one environment, the oldest first, without those Apple refused. Lines
 * that are none, like one that a kill has cut off, are skipped with a warning.
 *
 * @throws UsageError `FILE_UNREADABLE`
 */
export async function readEndpointHistory(
  io: Pick<Io, "env" | "cwd" | "warn">,
  place: EndpointPlace,
): Promise<readonly EndpointChange[]> {
  const path = endpointHistoryPath(io);
  const changes: EndpointChange[] = [];
  for (const [index, line] of (await readLines(path)).entries()) {
    const change = line === "" ? undefined : parseLine(line);
    if (change !== undefined && isOf(change, place)) changes.push(change);
    if (change === undefined && line !== "") {
      io.warn(`${path}:${index + 1}: skipped, for it is no change of the real-time URL as JSON`);
    }
  }
  return changes.filter(
    ({ action }, index) => action !== "refused" && changes[index + 1]?.action !== "refused",
  );
}

function isOf(change: EndpointChange, place: EndpointPlace): boolean {
  const { bundleId, environment, baseUrl } = place;
  return (
    change.bundleId === bundleId && change.environment === environment && change.baseUrl === baseUrl
  );
}

async function readLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, "utf8")).split("\n");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw new UsageError("FILE_UNREADABLE", `${path}: ${reasonOf(cause)}`, { cause });
  }
}

function parseLine(line: string): EndpointChange | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEndpointChange(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEndpointChange(value: unknown): value is EndpointChange {
  if (typeof value !== "object" || value === null) return false;
  const { at, bundleId, environment, baseUrl, action, from, to } = value as Partial<EndpointChange>;
  const areTexts = [at, bundleId, environment, baseUrl, action].every(
    (text) => typeof text === "string",
  );
  return areTexts && [from, to].every((url) => url === null || typeof url === "string");
}
