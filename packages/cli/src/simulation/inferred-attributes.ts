import { CUSTOM_ATTRIBUTE_PREFIX } from "@holdfast/flow/evaluate";
import type { AttributeType, AttributeValue } from "@holdfast/flow/evaluate";
import { readStoredAttributes } from "./stored-attributes.ts";

/**
 * Reads what is known of a subscriber from `name=value` without the flow, which is elsewhere: a team's own
 * attribute has the type its value looks like.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function readInferredAttributes(
  written: readonly string[],
): Readonly<Record<string, AttributeValue>> {
  const declared = written.map((assignment): readonly [string, AttributeType] => {
    const at = assignment.indexOf("=");
    const name = assignment.slice(0, Math.max(0, at));
    return [name.replace(CUSTOM_ATTRIBUTE_PREFIX, ""), typeOf(assignment.slice(at + 1))];
  });
  return readStoredAttributes(written, Object.fromEntries(declared));
}

function typeOf(text: string): AttributeType {
  if (text === "true" || text === "false") return "boolean";
  if (text.startsWith("[")) return "strings";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? "number" : "string";
}
