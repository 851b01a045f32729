import { UsageError } from "@holdfast/appstore/errors";
import type { Io } from "./command.ts";

/** What turns a variable of the environment on, as in `asc` and other tools; in any case. */
export const ON = ["1", "true", "yes", "y", "on"] as const;

/** What turns it off; so does nothing at all. */
export const OFF = ["0", "false", "no", "n", "off"] as const;

/**
 * Tells whether the first of some variables that is not empty turns something on.
 *
 * @throws UsageError `OPTION_INVALID` for any other word: a guess could turn off what was to protect
 */
export function isSwitchedOn(variables: readonly string[], env: Io["env"]): boolean {
  const variable = variables.find((name) => (env[name] ?? "").trim() !== "");
  return variable !== undefined && parseSwitch(env[variable] ?? "", variable);
}

/**
 * Reads what a variable says.
 *
 * @throws UsageError `OPTION_INVALID`
 */
function parseSwitch(text: string, variable: string): boolean {
  const word = text.trim().toLowerCase();
  const isOneOf = (words: readonly string[]): boolean => words.includes(word);
  if (isOneOf(ON)) return true;
  if (isOneOf(OFF)) return false;
  throw new UsageError(
    "OPTION_INVALID",
    `${variable}: expected ${ON.join(", ")} or ${OFF.join(", ")}, got ${text}`,
  );
}
