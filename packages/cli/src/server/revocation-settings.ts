import type { Io } from "../command.ts";
import { isSwitchedOn } from "../switch-variable.ts";

const VARIABLE = "HOLDFAST_OCSP";

/**
 * Reads whether it is asked which certificates are revoked: unless it is turned off, for networks from which
 * Apple's responders cannot be reached.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readAsksRevocations(env: Io["env"]): boolean {
  return (env[VARIABLE] ?? "").trim() === "" || isSwitchedOn([VARIABLE], env);
}
