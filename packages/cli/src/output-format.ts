import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io, Options, OptionSpec, OutputFormat, OutputSpec } from "./command.ts";

/** What commands write unless they say otherwise. */
export const STANDARD_OUTPUT: OutputSpec = { formats: ["table", "json"], default: "table" };

/** {@link STANDARD_OUTPUT} of commands that list rows. */
export const LIST_OUTPUT: OutputSpec = {
  ...STANDARD_OUTPUT,
  formats: ["table", "json", "markdown", "csv"],
};

/** {@link STANDARD_OUTPUT} of commands whose text a shell, another program or a log reader takes. */
export const TEXT_OUTPUT: OutputSpec = { ...STANDARD_OUTPUT, explicitOnly: true };

/** What stands in for `--output` of every command; the first that is not empty counts. */
const OUTPUT_VARIABLES = ["HOLDFAST_DEFAULT_OUTPUT", "ASC_DEFAULT_OUTPUT"] as const;

/** What the variables may say; commands that cannot write it have their default. */
const FORMATS: readonly OutputFormat[] = ["table", "json", "markdown", "csv"];

/** Scripts written for `asc` write this. */
const MARKDOWN_SHORT = "md";

/** Returns all options of a command, those of its output included. */
export function optionsOf({
  options = [],
  output = STANDARD_OUTPUT,
}: Pick<Command, "options" | "output">): readonly OptionSpec[] {
  return [...options, ...outputOptions(output)];
}

/** Returns the options that choose how a result is written. */
function outputOptions(spec: OutputSpec): readonly OptionSpec[] {
  const { formats, compactJson = false, explicitOnly = false } = spec;
  const choices = formats.flatMap((format) =>
    format === "markdown" ? [format, MARKDOWN_SHORT] : [format],
  );
  const format: OptionSpec = {
    flags: "--output <format>",
    description: `table for people, json for machines: one document on stdout and nothing else${
      spec.default === "terminal" ? "; by default table on a terminal, json elsewhere" : ""
    }${explicitOnly ? "" : ` (env: ${OUTPUT_VARIABLES.join(", ")})`}`,
    choices,
    ...(spec.default === "terminal" ? {} : { default: spec.default }),
  };
  const pretty: OptionSpec = { flags: "--pretty", description: "lay JSON out on many lines" };
  return compactJson ? [format, pretty] : [format];
}

/** What a command line says of its output. */
interface AskedOutput {
  readonly asked: string | undefined;
  readonly pretty: boolean;
}

/**
 * Decides how a result is written: the command line, then the environment, then the default.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function resolveOutput(
  { asked, pretty }: AskedOutput,
  spec: OutputSpec,
  io: Pick<Io, "env" | "isTty" | "warn">,
): Pick<Options, "output" | "json" | "compactJson"> {
  const output =
    parseFormat(asked, spec.formats) ?? formatOfEnvironment(spec, io) ?? byDefault(spec, io);
  if (pretty && output !== "json") {
    throw new UsageError("OPTION_INVALID", "--pretty is only valid with JSON output");
  }
  const compactJson = spec.compactJson === true && !pretty;
  return { output, json: output === "json", compactJson };
}

/**
 * Tells whether a command line or the environment asks for JSON, so that errors are to be JSON, too.
 * Where JSON only comes by default, errors are for people: `asc` does so, and scripts show them.
 */
export function isJsonAsked(asked: unknown, spec: OutputSpec, { env }: Pick<Io, "env">): boolean {
  if (asked !== undefined) return asked === "json";
  return namedByEnvironment(spec, env)?.name === "json";
}

function byDefault(spec: OutputSpec, { isTty }: Pick<Io, "isTty">): OutputFormat {
  if (spec.default !== "terminal") return spec.default;
  return isTty ? "table" : "json";
}

function formatOfEnvironment(
  spec: OutputSpec,
  { env, warn }: Pick<Io, "env" | "warn">,
): OutputFormat | undefined {
  const named = namedByEnvironment(spec, env);
  if (named === undefined || parseFormat(named.name, FORMATS) !== undefined) {
    return parseFormat(named?.name, spec.formats);
  }
  warn(`${named.variable}: expected ${FORMATS.join(", ")}; JSON is written`);
  return "json";
}

function namedByEnvironment(
  { explicitOnly = false }: OutputSpec,
  env: Io["env"],
): { readonly variable: string; readonly name: string } | undefined {
  if (explicitOnly) return undefined;
  const variable = OUTPUT_VARIABLES.find((name) => (env[name] ?? "") !== "");
  if (variable === undefined) return undefined;
  return { variable, name: (env[variable] ?? "").trim().toLowerCase() };
}

function parseFormat(
  text: string | undefined,
  formats: readonly OutputFormat[],
): OutputFormat | undefined {
  const name = text === MARKDOWN_SHORT ? "markdown" : text;
  return formats.find((format) => format === name);
}
