import { UsageError } from "@holdfast/appstore/errors";
import type { Options } from "./command.ts";

/** Reads the options commander parsed; names are as on the command line, without dashes in front. */
export function createOptions(values: Readonly<Record<string, unknown>>): Options {
  const valueOf = (name: string): unknown => values[camelCase(name)];
  const text = (name: string): string | undefined => {
    const value = valueOf(name);
    return typeof value === "string" ? value : undefined;
  };
  return {
    text,
    required(name) {
      const value = text(name);
      if (value === undefined) throw new UsageError("OPTION_MISSING", `--${name} is required`);
      return value;
    },
    flag: (name) => valueOf(name) === true,
    list(name) {
      const value = valueOf(name);
      return Array.isArray(value) ? value.map(String) : [];
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

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
