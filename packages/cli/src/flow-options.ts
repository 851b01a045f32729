import type { ArgumentSpec, OptionSpec } from "./command.ts";

/** The flow's file when none is named. */
export const DEFAULT_FLOW_FILE = "flow.yaml";

/** Which flow. */
export const FLOW_ARGUMENT: ArgumentSpec = {
  name: "file",
  description: `the flow, YAML or JSON (default: ${DEFAULT_FLOW_FILE}); - is stdin`,
  required: false,
};

/** Which of Apple's two environments. */
export const ENVIRONMENT_OPTION: OptionSpec = {
  flags: "--environment <environment>",
  description: "whose overlay and review states count",
  choices: ["sandbox", "production"],
};

/** What the products and offers are checked against. */
export const CATALOG_OPTION: OptionSpec = {
  flags: "--catalog <file>",
  description: "products and offers (default: catalog.json beside the flow, when it is there)",
};

/** What Apple has approved. */
export const REVIEW_STATES_OPTION: OptionSpec = {
  flags: "--review-states <file>",
  description: "what Apple has reviewed; without it everything counts as approved",
};

/** Whether warnings count. */
export const STRICT_OPTION: OptionSpec = {
  flags: "--strict",
  description: "take warnings for errors",
};
