import { UsageError } from "@holdfast/appstore/errors";
import type { OptionSpec, Options } from "../command.ts";

/** Which unit's outcomes; left out, all of them. */
export const UNIT_OPTIONS: readonly OptionSpec[] = [
  { flags: "--experiment <key>", description: "only this experiment" },
  { flags: "--rule <name>", description: "only this rule, which has no experiment" },
  { flags: "--holdout <key>", description: "only this holdout: those held out, and all others" },
  { flags: "--fallback", description: "only the flow's fallback" },
];

/**
 * Returns the unit that {@link UNIT_OPTIONS} name, as the API spells it; undefined for all.
 *
 * @throws UsageError `OPTION_INVALID` where more than one is named
 */
export function readUnit(options: Options): string | undefined {
  const named = (["experiment", "rule", "holdout"] as const).flatMap((kind) => {
    const name = options.text(kind);
    return name === undefined ? [] : [`${kind}:${name}`];
  });
  const units = [...named, ...(options.flag("fallback") ? ["fallback"] : [])];
  if (units.length > 1) {
    const expected = "one of --experiment, --rule, --holdout and --fallback";
    throw new UsageError("OPTION_INVALID", `expected ${expected}, got ${units.join(" and ")}`);
  }
  return units[0];
}
