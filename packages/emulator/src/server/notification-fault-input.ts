import { emulatorError } from "../errors/index.ts";
import type { NotificationFault, NotificationFaultSelection } from "../notifications/index.ts";
import { ENVIRONMENTS } from "../world/index.ts";
import { asFields, type Fields, oneOf, stringOf } from "./control-input.ts";
import { numberOf, optional } from "./fault-input.ts";

const KINDS = [
  "delay",
  "reorder",
  "duplicate",
  "drop",
] as const satisfies readonly NotificationFault["kind"][];
const SELECTION = [
  "kind",
  "app",
  "environment",
  "notificationType",
  "subtype",
  "skip",
  "times",
  "share",
] as const;
/** What each kind may say; a misspelled name would make it fall on everything. */
const NAMES: Readonly<Record<NotificationFault["kind"], ReadonlySet<string>>> = {
  delay: new Set([...SELECTION, "delayMs"]),
  reorder: new Set([...SELECTION, "withinMs"]),
  duplicate: new Set([...SELECTION, "copies"]),
  drop: new Set(SELECTION),
};

/** Returns the faults in `{faults: […]}`; throws `INPUT_INVALID`. Whether they can be is not looked at here. */
export function parseNotificationFaults({ faults }: Fields): readonly NotificationFault[] {
  if (!Array.isArray(faults)) throw invalid("faults to be an array");
  return faults.map((fault: unknown, index) => parseFault(asFields(fault, `faults[${index}]`)));
}

function parseFault(fields: Fields): NotificationFault {
  const kind = oneOf(KINDS, fields["kind"], "kind");
  const stranger = Object.keys(fields).find((name) => !NAMES[kind].has(name));
  if (stranger !== undefined) throw invalid(`a fault of the kind ${kind} without ${stranger}`);
  const selection = parseSelection(fields);
  switch (kind) {
    case "delay":
      return { kind, ...selection, delayMs: numberOf(fields, "delayMs") };
    case "reorder":
      return { kind, ...selection, ...optional(fields, "withinMs", numberOf) };
    case "duplicate":
      return { kind, ...selection, ...optional(fields, "copies", numberOf) };
    case "drop":
      return { kind, ...selection };
  }
}

function parseSelection(fields: Fields): NotificationFaultSelection {
  return {
    ...optional(fields, "app", stringOf),
    ...optional(fields, "environment", (all, name) => oneOf(ENVIRONMENTS, all[name], name)),
    ...optional(fields, "notificationType", stringOf),
    ...optional(fields, "subtype", stringOf),
    ...optional(fields, "skip", numberOf),
    ...optional(fields, "times", numberOf),
    ...optional(fields, "share", numberOf),
  };
}

function invalid(expected: string) {
  return emulatorError("INPUT_INVALID", `expected ${expected}`);
}
