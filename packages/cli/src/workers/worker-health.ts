import { UsageError } from "@holdfast/appstore/errors";
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

/** Why an address is not well that answers, but not as a Worker of ours does. */
const STRANGER = "something else answers, no Worker of Holdfast";

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
  const text = options.text("url") ?? "";
  if (text.trim() === "") return undefined;
  const url = parseServerUrl(text, "--url");
  const { origin, pathname } = new URL(url);
  if (pathname === "/") return url;
  throw new UsageError(
    "SERVER_INVALID",
    `--url: expected the Worker's address without a path, like ${origin}`,
  );
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
    return parseHealth(await response.json()) ?? notWell(STRANGER);
  } catch (error) {
    io.signal.throwIfAborted();
    return notWell(error instanceof SyntaxError ? STRANGER : "no answer");
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
