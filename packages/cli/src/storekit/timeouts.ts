import type { Io } from "../command.ts";
import { parseDurationMs } from "./duration.ts";

/** How long attempts may take; what is left out is the client's default. */
export interface Timeouts {
  readonly timeoutMs?: number;
  readonly uploadTimeoutMs?: number;
}

/**
 * Returns the timeouts the environment sets: `HOLDFAST_TIMEOUT` and `HOLDFAST_UPLOAD_TIMEOUT`
 * (durations like `30s`), the same with `_SECONDS` (numbers), and all of them with `ASC_`.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readTimeouts({ env }: Pick<Io, "env">): Timeouts {
  const timeoutMs = firstDuration(env, "TIMEOUT");
  const uploadTimeoutMs = firstDuration(env, "UPLOAD_TIMEOUT");
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(uploadTimeoutMs === undefined ? {} : { uploadTimeoutMs }),
  };
}

function firstDuration(env: Io["env"], name: string): number | undefined {
  const variables = ["HOLDFAST_", "ASC_"].flatMap((prefix) => [
    prefix + name,
    `${prefix}${name}_SECONDS`,
  ]);
  const variable = variables.find((candidate) => (env[candidate] ?? "").trim() !== "");
  const text = variable === undefined ? undefined : env[variable];
  return text === undefined || variable === undefined ? undefined : parseDurationMs(text, variable);
}
