import type { OptionSpec } from "./command.ts";

/** Where a machine's runtime keeps its things. */
export const DATA_OPTION: OptionSpec = {
  flags: "--data <directory>",
  description: "publications, decisions and secrets of this machine's runtime",
  default: ".holdfast",
  env: "HOLDFAST_DATA_DIR",
};
