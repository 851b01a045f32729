import { UsageError } from "@holdfast/appstore/errors";
import type { Io, Options, OptionSpec, OutputSpec } from "./command.ts";
import { resolveOutput } from "./output-format.ts";
import { isSwitchedOn } from "./switch-variable.ts";

/** What commander made of a command line. */
export interface ParsedOptions {
  readonly values: Readonly<Record<string, unknown>>;
  /** Tells whether an option, by its camelCase name, was on the command line. */
  readonly isGiven: (name: string) => boolean;
}

/** What options are read with. */
export interface OptionsMeans {
  readonly specs: readonly OptionSpec[];
  readonly output: OutputSpec;
  readonly io: Pick<Io, "env" | "isTty" | "warn">;
}

/**
 * Reads the options commander parsed; names are as on the command line, without dashes in front.
 * What is not on the command line comes from the environment, then from the default.
 */
export function createOptions(
  { values, isGiven }: ParsedOptions,
  { specs, output, io }: OptionsMeans,
): Options {
  const fromEnv = readEnvironment(specs, io.env);
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
      if (value !== undefined && value.trim() !== "") return value;
      const others = specs.filter(
        (spec) =>
          spec.required === true &&
          longName(spec) !== camelCase(name) &&
          (text(longName(spec)) ?? "").trim() === "",
      );
      const missing = specs.find((spec) => longName(spec) === camelCase(name));
      const lines = [
        sayMissing(`--${name}`, missing),
        ...others.map((spec) => sayMissing(flagOf(spec), spec)),
      ];
      throw new UsageError("OPTION_MISSING", lines.join("\n"));
    },
    flag(name) {
      return valueOf(name) === true;
    },
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
    ...resolveOutput(
      {
        // The default is the parser's for help alone: the environment counts before it.
        asked: isGiven("output") ? text("output") : undefined,
        pretty: valueOf("pretty") === true,
      },
      output,
      io,
    ),
  };
}

/** An empty variable counts as none, as in most shells' configurations. */
function readEnvironment(
  specs: readonly OptionSpec[],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string | boolean> {
  const found = new Map<string, string | boolean>();
  for (const spec of specs) {
    if (isSwitch(spec)) {
      if (isSwitchedOn(variablesOf(spec), env)) found.set(longName(spec), true);
      continue;
    }
    const variable = variablesOf(spec).find((name) => (env[name] ?? "") !== "");
    const value = variable === undefined ? undefined : env[variable];
    if (value === undefined) continue;
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      throw new UsageError(
        "OPTION_INVALID",
        `${variable}: expected ${spec.choices.join(", ")}, got ${value}`,
      );
    }
    found.set(longName(spec), value);
  }
  return found;
}

/** Returns the environment variables of an option. */
export function variablesOf({ env }: OptionSpec): readonly string[] {
  if (env === undefined) return [];
  return typeof env === "string" ? [env] : env;
}

/** An option without a value. */
function isSwitch({ flags }: OptionSpec): boolean {
  return !flags.includes("<") && !flags.includes("[");
}

function sayMissing(flag: string, spec: OptionSpec | undefined): string {
  const [variable] = spec === undefined ? [] : variablesOf(spec);
  const otherwise = variable === undefined ? "" : `, or ${variable} in the environment`;
  return `${flag} is required${otherwise}`;
}

/** Like `--message-id`. */
function flagOf({ flags }: OptionSpec): string {
  return /--[a-z0-9-]+/.exec(flags)?.[0] ?? "";
}

function longName(spec: OptionSpec): string {
  return camelCase(flagOf(spec).slice(2));
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
