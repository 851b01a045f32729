import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";
import { isSwitchedOn } from "../switch-variable.ts";
import type { ControlSettings } from "./control-settings.ts";

const RATE = "HOLDFAST_STATUS_CALLS_PER_SECOND";
const NO_HISTORIES = "HOLDFAST_SKIP_HISTORIES";

/** What Apple allows in production, and the least that gets anywhere: one call in ten seconds. */
const RATE_BOUNDS = { max: 50, min: 0.1 } as const;

/** Apple's sandbox allows a tenth of what production does. */
const SANDBOX_SHARE = 0.1;

/**
 * Reads how fast Apple is asked for statuses, and whether for histories; undefined where nothing is said.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readStatusSettings(env: Io["env"]): ControlSettings["statuses"] {
  const written = (env[RATE] ?? "").trim();
  const skips = isSwitchedOn([NO_HISTORIES], env);
  if (written === "" && !skips) return undefined;
  return {
    ...(written === "" ? {} : { callsPerSecond: readRate(written) }),
    ...(skips ? { readHistories: false } : {}),
  };
}

function readRate(written: string): { readonly production: number; readonly sandbox: number } {
  const production = /^\d+(\.\d+)?$/.test(written) ? Number(written) : Number.NaN;
  if (production >= RATE_BOUNDS.min && production <= RATE_BOUNDS.max) {
    return { production, sandbox: production * SANDBOX_SHARE };
  }
  throw new UsageError(
    "OPTION_INVALID",
    `${RATE}: expected a number from ${RATE_BOUNDS.min} to ${RATE_BOUNDS.max}, which is what Apple allows in production, got ${written}`,
  );
}
