import type { Options, OptionSpec } from "../command.ts";

/** Where the local App Store listens unless told otherwise. */
const DEFAULT_EMULATOR_PORT = "8788";

/** The port of a local App Store that runs. */
export const EMULATOR_PORT_OPTION: OptionSpec = {
  flags: "--port <number>",
  description: "where the local App Store listens",
  default: DEFAULT_EMULATOR_PORT,
  env: "HOLDFAST_EMULATOR_PORT",
};

/** Which app of the local App Store. */
export const EMULATED_APP_OPTION: OptionSpec = {
  flags: "--app <id>",
  description: "the app's id in the local App Store",
  default: "yoga",
};

/** Returns the port of a local App Store that runs. */
export function runningPort(options: Options): number {
  return options.integer("port", { min: 1, max: 65_535 }) ?? Number(DEFAULT_EMULATOR_PORT);
}
