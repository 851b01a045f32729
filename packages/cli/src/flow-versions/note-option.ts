import type { OptionSpec } from "../command.ts";

/** Why a version is saved. */
export const MESSAGE_OPTION: OptionSpec = {
  flags: "--message <text>",
  description: "why it is saved, for those who come later",
};

/** Why something is put live, or stopped. */
export const NOTE_OPTION: OptionSpec = {
  flags: "--note <text>",
  description: "why, for those who come later",
};
