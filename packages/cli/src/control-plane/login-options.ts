import { ROLES } from "@holdfast/api";
import type { Role } from "@holdfast/api";
import type { OptionSpec, Options } from "../command.ts";

/** How long a login lasts unless told otherwise. */
const LOGIN_DAYS = 90;

/** The longest a login may last: ten years. */
const MAX_DAYS = 3650;

/** What the token of a login is made with. */
export const LOGIN_TOKEN_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--role <role>",
    description: "what commands here may do (default: what you may)",
    choices: ROLES,
  },
  {
    flags: "--days <number>",
    description: `days until the login ends (default: ${LOGIN_DAYS})`,
  },
];

/** Returns what {@link LOGIN_TOKEN_OPTIONS} say. Throws UsageError `OPTION_INVALID`. */
export function readLoginToken(options: Pick<Options, "choice" | "integer">): {
  readonly role: Role | undefined;
  readonly days: number;
} {
  return {
    role: options.choice("role", ROLES),
    days: options.integer("days", { min: 1, max: MAX_DAYS }) ?? LOGIN_DAYS,
  };
}
