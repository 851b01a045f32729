import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "../command.ts";

/** Ten years. */
const MAX_DAYS = 3650;

/**
 * Reads how many days decisions are kept; undefined for the control plane's own default.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readDecisionDays(env: Io["env"]): number | undefined {
  const text = (env["HOLDFAST_DECISION_DAYS"] ?? "").trim();
  if (text === "") return undefined;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw new UsageError(
    "OPTION_INVALID",
    `HOLDFAST_DECISION_DAYS: expected a whole number of days from 1 to ${MAX_DAYS}, got ${text}`,
  );
}
