import type { FieldChange, FieldChanges } from "./audit-entry.ts";
import { auditLine } from "./audit-text.ts";

/** The most characters of a value; a longer one is cut. As the API describes it. */
const MAX_VALUE_LENGTH = 2000;

/**
 * Returns what changed between two states of a thing, among the named fields only: naming them is what
 * keeps secrets out. Texts stand as they are, everything else as JSON; on one line, cut where they are long.
 */
export function changesBetween<State extends object>(
  before: Partial<State> | undefined,
  after: Partial<State> | undefined,
  fields: readonly (keyof State & string)[],
): FieldChanges {
  const entries = fields.flatMap((field) => {
    const changed = change(before?.[field], after?.[field]);
    return changed === undefined ? [] : [[field, changed] as const];
  });
  return Object.fromEntries(entries);
}

function change(before: unknown, after: unknown): FieldChange | undefined {
  const [one, other] = [valueText(before), valueText(after)];
  if (one === other) return undefined;
  return {
    ...(one === undefined ? {} : { before: auditLine(one, MAX_VALUE_LENGTH) }),
    ...(other === undefined ? {} : { after: auditLine(other, MAX_VALUE_LENGTH) }),
  };
}

function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
