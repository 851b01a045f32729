import type { Clock } from "../clock/clock.ts";
import { httpStatusOf } from "../errors/index.ts";
import type { Fault } from "./fault.ts";

/** What applying faults needs. */
export interface FaultContext {
  readonly clock: Clock;
  /** Ends waiting. */
  readonly signal: AbortSignal;
}

/** What a fault answers. */
export interface FaultAnswer {
  readonly status: number;
  /** Missing for a bare status. */
  readonly errorCode?: number;
  /** Milliseconds since 1970. */
  readonly retryAt?: number;
}

/**
 * Waits for the latencies among `faults` up to the first that ends the request, and returns what that
 * one answers, `"drop"` when that is nothing at all, `undefined` when none does. Being closed while
 * waiting drops the connection too.
 */
export async function applyFaults(
  faults: readonly Fault[],
  { clock, signal }: FaultContext,
): Promise<FaultAnswer | "drop" | undefined> {
  for (const fault of faults) {
    if (fault.kind !== "latency") return answerOf(fault, clock.now());
    if (!(await hasSlept(fault.delayMs, { clock, signal }))) return "drop";
  }
  return undefined;
}

/** False when the emulator was closed meanwhile. */
async function hasSlept(delayMs: number, { clock, signal }: FaultContext): Promise<boolean> {
  try {
    await clock.sleep(delayMs, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

function answerOf(fault: Exclude<Fault, { kind: "latency" }>, now: number): FaultAnswer | "drop" {
  switch (fault.kind) {
    case "drop":
      return "drop";
    case "status":
      return { status: fault.status };
    case "error": {
      const { errorCode, retryInMs } = fault;
      return {
        status: httpStatusOf(errorCode),
        errorCode,
        ...(retryInMs === undefined ? {} : { retryAt: now + retryInMs }),
      };
    }
  }
}
