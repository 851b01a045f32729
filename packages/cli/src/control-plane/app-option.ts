import type { OptionSpec, Options } from "../command.ts";

/** Which app of the control plane. */
export const APP_OPTION: OptionSpec = {
  flags: "--app <id>",
  description: "our id of the app; required",
  required: true,
  env: "HOLDFAST_APP",
};

/**
 * Returns the app of {@link APP_OPTION}.
 *
 * @throws UsageError `OPTION_MISSING`
 */
export function requireApp(options: Pick<Options, "required">): string {
  return options.required("app").trim();
}
