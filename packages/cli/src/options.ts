import { UsageError } from "@holdfast/appstore/errors";
import type { Options, OptionSpec } from "./command.ts";

/** What commander made of a command line. */
export interface ParsedOptions {
  readonly values: Readonly<Record<string, unknown>>;
  /** Tells whether an option, by its camelCase name, was on the command line. */
  readonly isGiven: (name: string) => boolean;
}

/**
 * Reads the options commander parsed; names are as on the command line, without dashes in front.
 * What is not on the command line comes from the environment, then from the default.
 */
export function createOptions(
  { values, isGiven }: ParsedOptions,
  specs: readonly OptionSpec[] = [],
  env: Readonly<Record<string, string | undefined>> = {},
): Options {
  const fromEnv = readEnvironment(specs, env);
  const valueOf = (name: string): unknown => {
    const key = camelCase(name);
    return isGiven(key) ? values[key] : (fromEnv.get(key) ?? values[key]);
  };
  const text = (name: string): string | undefined => {
    const value = valueOf(name);
    return typeof value === "string" ? value : undefined;
  };
  return {
    text,
    required(name) {
      const value = text(name);
      if (value !== undefined) return value;
      const variable = specs.find((spec) => longName(spec) === camelCase(name))?.env;
      const otherwise = variable === undefined ? "" : `, or ${variable} in the environment`;
      throw new UsageError("OPTION_MISSING", `--${name} is required${otherwise}`);
    },
    flag: (name) => valueOf(name) === true,
    list(name) {
      const value = valueOf(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
    choice(name, choices) {
      const value = text(name);
      return choices.find((choice) => choice === value);
    },
    integer(name, { min, max }) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= min && number <= max) return number;
      throw new UsageError(
        "OPTION_INVALID",
        `--${name}: expected a whole number from ${min} to ${max}, got ${value}`,
      );
    },
    json: text("output") === "json",
  };
}

/** An empty variable counts as none, as in most shells' configurations. */
function readEnvironment(
  specs: readonly OptionSpec[],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const spec of specs) {
    const value = spec.env === undefined ? undefined : env[spec.env];
    if (value === undefined || value === "") continue;
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      throw new UsageError(
        "OPTION_INVALID",
        `${spec.env}: expected ${spec.choices.join(", ")}, got ${value}`,
      );
    }
    found.set(longName(spec), value);
  }
  return found;
}

function longName({ flags }: OptionSpec): string {
  return camelCase(/--([a-z-]+)/.exec(flags)?.[1] ?? "");
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
