import { emulatorError } from "../errors/index.ts";
import type { Fault, FaultSelection } from "../faults/index.ts";
import { ENVIRONMENTS } from "../world/index.ts";
import { asFields, type Fields, oneOf, stringOf } from "./control-input.ts";

const KINDS = ["latency", "error", "status", "drop"] as const satisfies Fault["kind"][];
const MOMENTS = ["beforeEffect", "afterEffect"] as const;
/** What any fault may say; a misspelled name would make it fall on everything. */
const NAMES: ReadonlySet<string> = new Set([
  "kind",
  "operation",
  "app",
  "environment",
  "skip",
  "times",
  "when",
  "delayMs",
  "errorCode",
  "retryInMs",
  "status",
]);

/** Returns the faults in `{faults: […]}`; throws `INPUT_INVALID`. Whether they can be is not looked at here. */
export function parseFaults({ faults }: Fields): readonly Fault[] {
  if (!Array.isArray(faults)) throw invalid("faults to be an array");
  return faults.map((fault: unknown, index) => parseFault(asFields(fault, `faults[${index}]`)));
}

function parseFault(fields: Fields): Fault {
  const stranger = Object.keys(fields).find((name) => !NAMES.has(name));
  if (stranger !== undefined) throw invalid(`a fault without ${stranger}`);
  const selection = parseSelection(fields);
  const kind = oneOf(KINDS, fields["kind"], "kind");
  switch (kind) {
    case "latency":
      return { kind, ...selection, delayMs: numberOf(fields, "delayMs") };
    case "error": {
      const retry = optional(fields, "retryInMs", numberOf);
      return { kind, ...selection, errorCode: numberOf(fields, "errorCode"), ...retry };
    }
    case "status":
      return { kind, ...selection, status: numberOf(fields, "status") };
    case "drop":
      return { kind, ...selection };
  }
}

function parseSelection(fields: Fields): FaultSelection {
  return {
    ...optional(fields, "operation", stringOf),
    ...optional(fields, "app", stringOf),
    ...optional(fields, "environment", (all, name) => oneOf(ENVIRONMENTS, all[name], name)),
    ...optional(fields, "skip", numberOf),
    ...optional(fields, "times", numberOf),
    ...optional(fields, "when", (all, name) => oneOf(MOMENTS, all[name], name)),
  };
}

/** Returns the member called `name` in an object of its own, an empty one when there is none. */
export function optional<Name extends string, T>(
  fields: Fields,
  name: Name,
  read: (fields: Fields, name: Name) => T,
): { readonly [N in Name]?: T } {
  if (fields[name] === undefined) return {};
  // A computed name is widened to any string; it is the one given.
  return { [name]: read(fields, name) } as { readonly [N in Name]?: T };
}

/** Returns the number called `name`; throws `INPUT_INVALID`. */
export function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number") throw invalid(`${name} to be a number`);
  return value;
}

function invalid(expected: string) {
  return emulatorError("INPUT_INVALID", `expected ${expected}`);
}
