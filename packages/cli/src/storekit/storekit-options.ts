import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io, OptionSpec, Options, OutputSpec } from "../command.ts";

const ENVIRONMENT_VARIABLES = ["HOLDFAST_STOREKIT_ENVIRONMENT", "ASC_STOREKIT_ENVIRONMENT"];

/** What completion offers for an environment; any case is taken. */
export const API_ENVIRONMENTS: readonly ApiEnvironment[] = ["sandbox", "production"];

/** Which of Apple's two environments; there is no default, for the wrong one may be the real one. */
export const API_ENVIRONMENT_OPTION: OptionSpec = {
  flags: "--environment <name>",
  description: "production or sandbox; required",
  required: true,
  env: ENVIRONMENT_VARIABLES,
  suggestions: API_ENVIRONMENTS,
};

/** Refuses everything that changes something at Apple. */
const READ_ONLY_OPTION: OptionSpec = {
  flags: "--read-only",
  description: "refuse what would change something at Apple, with exit code 6",
  env: ["HOLDFAST_READ_ONLY", "ASC_READ_ONLY"],
};

/** Which credentials, for which app: what a command without `--environment` of its own takes. */
export const CREDENTIAL_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--storekit-profile <name>",
    description:
      "the stored credentials to use (default: the environment's, then the stored default)",
    env: ["HOLDFAST_STOREKIT_PROFILE", "ASC_STOREKIT_PROFILE"],
  },
  {
    flags: "--bundle-id <id>",
    description: "the app (default: the one stored with the credentials)",
    env: ["HOLDFAST_STOREKIT_BUNDLE_ID", "ASC_STOREKIT_BUNDLE_ID"],
  },
];

/** What every command takes that talks to the Retention Messaging API. */
export const STOREKIT_OPTIONS: readonly OptionSpec[] = [
  ...CREDENTIAL_OPTIONS,
  API_ENVIRONMENT_OPTION,
  READ_ONLY_OPTION,
];

/** How these commands write their results: a table on a terminal, JSON on one line elsewhere. */
export const STOREKIT_OUTPUT: OutputSpec = {
  formats: ["table", "json", "markdown"],
  default: "terminal",
  compactJson: true,
};

/** {@link STOREKIT_OUTPUT} of commands that list. */
export const STOREKIT_LIST_OUTPUT: OutputSpec = {
  ...STOREKIT_OUTPUT,
  formats: ["table", "json", "markdown", "csv"],
};

/** How commands write that answer with a sentence: as text, unless JSON is asked for. */
export const SENTENCE_OUTPUT: OutputSpec = {
  formats: ["table", "json", "markdown"],
  default: "table",
  compactJson: true,
};

/**
 * Returns the environment a command line names, in any case.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`
 */
export function requireEnvironment(options: Options): ApiEnvironment {
  return parseEnvironment(options.required("environment"));
}

/**
 * Returns the environment that the command line or the variables name, if any: for commands whose
 * own `--environment` means more than the variables do.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function findEnvironment(
  options: Options,
  { env }: Pick<Io, "env">,
): ApiEnvironment | undefined {
  const ofVariables = ENVIRONMENT_VARIABLES.map((name) => env[name] ?? "");
  const named = options.text("environment") ?? ofVariables.find((value) => value.trim() !== "");
  return named === undefined ? undefined : parseEnvironment(named);
}

/** @throws UsageError `OPTION_INVALID` */
function parseEnvironment(text: string): ApiEnvironment {
  const name = text.trim().toLowerCase();
  if (name === "production" || name === "sandbox") return name;
  throw new UsageError(
    "OPTION_INVALID",
    `--environment: expected production or sandbox, got ${text}`,
  );
}
