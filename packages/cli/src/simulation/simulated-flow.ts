import { CodedError, UsageError } from "@holdfast/appstore/errors";
import { effectiveFlow } from "@holdfast/flow/compile";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { parseSnapshot, prepareSnapshot, snapshotHash } from "@holdfast/flow/snapshot";
import type { PreparedSnapshot, Snapshot } from "@holdfast/flow/snapshot";
import type { Io, Options } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { readJson } from "../files.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { flowInputOf, loadUsableFlow } from "../load-flow.ts";

/** One locale's text of a message, as the flow has it. */
interface ShownText {
  readonly header?: string | undefined;
  readonly body?: string | undefined;
}

/** What a request is simulated against. */
export interface SimulatedFlow {
  readonly prepared: PreparedSnapshot;
  readonly hash: string;
  /** Returns a message's text; a snapshot alone has none. */
  readonly textOf: (message: string, locale: string) => ShownText | undefined;
}

/**
 * Opens the flow or the snapshot that the options name.
 *
 * @param wanted - which environment the request is of; a snapshot has its own
 * @throws UsageError, FlowRefused
 */
export async function openSimulatedFlow(
  options: Options,
  wanted: FlowEnvironment | undefined,
  io: Io,
): Promise<SimulatedFlow> {
  const snapshotFile = options.text("snapshot");
  if (snapshotFile === undefined) return compileFlowFile(options, wanted ?? "production", io);
  if (options.text("flow") !== undefined) {
    throw new UsageError("OPTION_INVALID", "give either --flow or --snapshot");
  }
  const snapshot = await readSnapshot(snapshotFile, io);
  if (wanted !== undefined && wanted !== snapshot.environment) {
    const message = `${snapshotFile} is of ${snapshot.environment}, the request of ${wanted}`;
    throw new UsageError("ENVIRONMENT_MISMATCH", message);
  }
  return openSnapshot(snapshot, () => undefined);
}

async function compileFlowFile(
  options: Options,
  environment: FlowEnvironment,
  io: Io,
): Promise<SimulatedFlow> {
  const read = flowInputOf(options.text("flow") ?? DEFAULT_FLOW_FILE, options);
  const flow = await loadUsableFlow(io, { ...read, environment });
  const { messages } = effectiveFlow(flow.document, environment);
  const textOf: SimulatedFlow["textOf"] = (message, locale) => messages[message]?.locales[locale];
  return openSnapshot(compileLoaded(flow, environment), textOf);
}

async function openSnapshot(
  snapshot: Snapshot,
  textOf: SimulatedFlow["textOf"],
): Promise<SimulatedFlow> {
  return { prepared: prepareSnapshot(snapshot), hash: await snapshotHash(snapshot), textOf };
}

async function readSnapshot(file: string, io: Io): Promise<Snapshot> {
  const value = await readJson(io, file);
  try {
    return parseSnapshot(value);
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new UsageError(cause.code, `${file}: ${cause.message}`, { cause });
  }
}
