import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import type { AnsweredRequest, RequestCapture } from "../ports/capture.ts";
import { FIXTURE_FORMAT, fixtureAnswerOf } from "../simulate/fixture.ts";
import type { Fixture } from "../simulate/fixture.ts";
import { writeFileAtomically } from "./atomic-file.ts";

/** How many requests a directory holds by default; with one more the oldest goes. */
const DEFAULT_CAPTURED_REQUESTS = 1000;

/** How many may wait to be written; what comes beyond is not captured. */
const MAX_PENDING = 256;

const SUFFIX = ".fixture.json";

/** Everything, for the group and for others. */
const OF_OTHERS = 0o077;

/** How a directory is written to. */
export interface CaptureOptions {
  /** Default {@link DEFAULT_CAPTURED_REQUESTS}. */
  readonly max?: number;
  /** Called when a request could not be kept, which costs nothing but the capture. Must not throw. */
  readonly onProblem?: (error: unknown) => void;
}

/** A directory that sandbox requests are kept in. */
export interface CaptureDirectory extends RequestCapture {
  /** Writes what waits. */
  close(): Promise<void>;
}

/**
 * Opens a directory that requests of the sandbox are kept in as fixtures, one file a requestIdentifier, each
 * written once its answer is on its way. Requests of production are never kept. The files hold transaction
 * ids: they are for their owner alone (0600, in a directory of 0700).
 *
 * @throws UsageError `CAPTURE_DIRECTORY_UNSAFE` where others may read it, or it is no directory of ours
 */
export async function openCaptureDirectory(
  directory: string,
  { max = DEFAULT_CAPTURED_REQUESTS, onProblem = () => undefined }: CaptureOptions = {},
): Promise<CaptureDirectory> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await requireOwn(directory);
  // In the order of their capture, the oldest first.
  const kept = new Set(await keptFiles(directory));
  const pending: AnsweredRequest[] = [];
  let writing: Promise<void> | undefined;

  async function write(answered: AnsweredRequest): Promise<void> {
    const name = nameOf(answered.decision.requestIdentifier);
    if (kept.has(name)) return;
    const fixture = fixtureOf(answered);
    await writeFileAtomically(join(directory, name), `${JSON.stringify(fixture, undefined, 2)}\n`);
    kept.add(name);
    for (const oldest of kept) {
      if (kept.size <= max) break;
      kept.delete(oldest);
      await rm(join(directory, oldest), { force: true });
    }
  }

  async function drain(): Promise<void> {
    // The answer has gone out by then.
    await new Promise((resolve) => setImmediate(resolve));
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      await write(next).catch(onProblem);
    }
    writing = undefined;
  }

  return {
    keep(answered) {
      if (answered.environment !== "sandbox" || answered.decision.environment !== "sandbox") return;
      if (pending.length >= MAX_PENDING) {
        onProblem(new Error(`${MAX_PENDING} requests wait to be captured; this one is not`));
        return;
      }
      pending.push(answered);
      writing ??= drain();
    },
    async close() {
      await writing;
    },
  };
}

async function requireOwn(directory: string): Promise<void> {
  const stats = await lstat(directory);
  const problem = stats.isDirectory() ? problemOf(stats) : "is no directory";
  if (problem === undefined) return;
  throw new UsageError(
    "CAPTURE_DIRECTORY_UNSAFE",
    `${directory} ${problem}: captured requests hold transaction ids, so expected a directory that is yours alone (chmod 700)`,
  );
}

/** Windows has no such owners and permissions; there nothing of this is asked. */
function problemOf({
  mode,
  uid,
}: {
  readonly mode: number;
  readonly uid: number;
}): string | undefined {
  if (process.getuid === undefined) return undefined;
  if (uid !== process.getuid()) return "belongs to somebody else";
  return (mode & OF_OTHERS) === 0 ? undefined : "is open to others";
}

async function keptFiles(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(SUFFIX));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await lstat(join(directory, name))).mtimeMs })),
  );
  return dated.sort((one, other) => one.at - other.at).map(({ name }) => name);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Apple's identifiers are UUIDs; whatever else comes signed must not choose a path. */
function nameOf(requestIdentifier: string): string {
  const name = UUID.test(requestIdentifier)
    ? requestIdentifier.toLowerCase()
    : createHash("sha256").update(requestIdentifier).digest("hex");
  return name + SUFFIX;
}

function fixtureOf({ app, environment, signedPayload, status, decision }: AnsweredRequest) {
  return {
    format: FIXTURE_FORMAT,
    app,
    environment,
    receivedAt: decision.decidedAt,
    signedPayload,
    subscriber: decision.subject.subscriber,
    answer: fixtureAnswerOf(decision, status),
  } satisfies Fixture;
}
