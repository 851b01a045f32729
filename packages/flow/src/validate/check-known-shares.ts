import { compileCondition } from "../compile/compile-condition.ts";
import type { FlowRule } from "../document/rule-schema.ts";
import { HISTORY_ATTRIBUTE } from "../evaluate/attributes.ts";
import type { SnapshotCondition } from "../snapshot/snapshot.ts";
import type { Validation } from "./validation.ts";

/** An attribute known for less than this share of the requests decides hardly any. */
const RARELY_KNOWN = 0.1;

/** Warns of rules that cannot hold unless something is known that hardly ever is. */
export function checkKnownShares(validation: Validation): void {
  const { knownShares } = validation.options;
  if (knownShares === undefined) return;
  for (const [index, rule] of validation.document.rules.entries()) {
    for (const [attribute, share] of Object.entries(knownShares)) {
      if (share >= RARELY_KNOWN || !dependsOn(validation, rule, attribute)) continue;
      const percent = Math.round(share * 100);
      const message = `${attribute} known for ${percent} %: rule ${rule.name} is nearly dead. Send it, or say ifUnknown`;
      const path = ["rules", index, "when", attribute];
      validation.report({
        code: "ATTRIBUTE_RARELY_KNOWN",
        message,
        path,
        severity: "warning",
        at: "key",
      });
    }
  }
}

/** Tells whether a rule cannot hold while an attribute is unknown, whatever else is. */
function dependsOn({ declared }: Validation, rule: FlowRule, attribute: string): boolean {
  if (attribute === HISTORY_ATTRIBUTE && rule.cooldown !== undefined) return true;
  if (rule.when === undefined) return false;
  return !range(compileCondition(rule.when, declared), attribute).canBeTrue;
}

interface Range {
  readonly canBeTrue: boolean;
  readonly canBeFalse: boolean;
}

const ANYTHING: Range = { canBeTrue: true, canBeFalse: true };

function range(condition: SnapshotCondition, unknown: string): Range {
  if ("all" in condition) {
    const parts = condition.all.map((part) => range(part, unknown));
    return {
      canBeTrue: parts.every((part) => part.canBeTrue),
      canBeFalse: parts.some((part) => part.canBeFalse),
    };
  }
  if ("any" in condition) {
    const parts = condition.any.map((part) => range(part, unknown));
    return {
      canBeTrue: parts.some((part) => part.canBeTrue),
      canBeFalse: parts.every((part) => part.canBeFalse),
    };
  }
  if ("not" in condition) {
    const { canBeTrue, canBeFalse } = range(condition.not, unknown);
    return { canBeTrue: canBeFalse, canBeFalse: canBeTrue };
  }
  if ("rollout" in condition || condition.attribute !== unknown) return ANYTHING;
  return { canBeTrue: condition.ifUnknown === true, canBeFalse: condition.ifUnknown === false };
}
