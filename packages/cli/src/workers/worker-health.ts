import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Io, OptionSpec, Options } from "../command.ts";
import { parseServerUrl } from "../control-plane/server-url.ts";

/** Where the Worker is. */
export const WORKER_URL_OPTION: OptionSpec = {
  flags: "--url <url>",
  description: "where the Worker answers, like https://holdfast.example.workers.dev",
  env: "HOLDFAST_WORKER_URL",
};

/** How long a Worker may take to say how it is, in milliseconds. */
const TIMEOUT_MS = 5000;

/** How a Worker says it is, or why it cannot be asked. */
export interface WorkerHealth {
  readonly ok: boolean;
  /** The label of what it answers by. */
  readonly snapshot?: string;
  /** What is not as it should be. */
  readonly reason?: string;
  readonly warnings: readonly string[];
}

/** An app of ours in an environment. */
interface Place {
  readonly app: string;
  readonly environment: FlowEnvironment;
}

/**
 * Returns the address of {@link WORKER_URL_OPTION}, without a slash at its end; undefined without one.
 *
 * @throws UsageError `SERVER_INVALID`
 */
export function findWorkerUrl(options: Options): string | undefined {
  const url = options.text("url") ?? "";
  return url.trim() === "" ? undefined : parseServerUrl(url, "--url");
}

/** Asks a Worker how it is for an app and environment. Who does not answer, or not so, is not well. */
export async function readWorkerHealth(
  url: string,
  { app, environment }: Place,
  io: Pick<Io, "fetch" | "signal">,
): Promise<WorkerHealth> {
  const query = new URLSearchParams({ app, environment });
  try {
    const response = await io.fetch(`${url}/healthz?${query.toString()}`, {
      redirect: "error",
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return parseHealth(await response.json()) ?? notWell("the answer is not a runtime's health");
  } catch (error) {
    io.signal.throwIfAborted();
    return notWell(error instanceof SyntaxError ? "the answer is no JSON" : "no answer");
  }
}

function notWell(reason: string): WorkerHealth {
  return { ok: false, reason, warnings: [] };
}

function parseHealth(value: unknown): WorkerHealth | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { ok, runtime, snapshot, reason, warnings } = value as Readonly<Record<string, unknown>>;
  if (typeof ok !== "boolean" || typeof runtime !== "string") return undefined;
  return {
    ok,
    ...(typeof snapshot === "string" ? { snapshot } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    warnings: Array.isArray(warnings) ? warnings.filter((one) => typeof one === "string") : [],
  };
}
