import type { FlowDocument } from "../document/flow-schema.ts";
import type { FlowExperiment, FlowRule } from "../document/rule-schema.ts";
import { parseInstant } from "../document/instant.ts";
import type { AttributeType } from "../evaluate/attributes.ts";
import { partsOfPercent } from "../evaluate/bucketing.ts";
import type {
  SnapshotExclusionRange,
  SnapshotExperiment,
  SnapshotRule,
} from "../snapshot/snapshot.ts";
import { compileCondition } from "./compile-condition.ts";
import { compileResponse } from "./compile-response.ts";

/** What rules refer to. */
export interface RuleSurroundings {
  readonly declared: ReadonlyMap<string, AttributeType>;
  /** Experiment key → its share of an exclusion group. */
  readonly exclusions: ReadonlyMap<string, SnapshotExclusionRange>;
}

/** Returns the rules in the order of trying: by priority where there are priorities. */
export function orderedRules(rules: readonly FlowRule[]): readonly FlowRule[] {
  return rules.toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
}

/** Compiles one rule; which products it can hold for is found out afterwards. */
export function compileRule(rule: FlowRule, surroundings: RuleSurroundings): SnapshotRule {
  const { name, schedule, when, cooldown, respond, experiment } = rule;
  const from = instantOf(schedule?.from);
  const until = instantOf(schedule?.until);
  return {
    name,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(when === undefined ? {} : { when: compileCondition(when, surroundings.declared) }),
    ...(cooldown === undefined ? {} : { cooldownDays: cooldown.days }),
    ...(respond === undefined ? {} : { respond: compileResponse(respond) }),
    ...(experiment === undefined
      ? {}
      : { experiment: compileExperiment(experiment, surroundings.exclusions) }),
  };
}

function instantOf(written: string | undefined): number | undefined {
  return written === undefined ? undefined : parseInstant(written);
}

function compileExperiment(
  { key, traffic, arms }: FlowExperiment,
  exclusions: RuleSurroundings["exclusions"],
): SnapshotExperiment {
  const exclusionGroup = exclusions.get(key);
  return {
    key,
    ...(traffic === undefined ? {} : { trafficParts: partsOfPercent(traffic) }),
    ...(exclusionGroup === undefined ? {} : { exclusionGroup }),
    arms: arms.map(({ name, weight, respond }) => ({
      name,
      weight,
      respond: compileResponse(respond),
    })),
  };
}

/** Returns each experiment's share of its exclusion group, by the experiment's key. */
export function exclusionRanges(
  groups: FlowDocument["exclusionGroups"],
): ReadonlyMap<string, SnapshotExclusionRange> {
  const ranges = new Map<string, SnapshotExclusionRange>();
  for (const [key, members] of Object.entries(groups ?? {})) {
    for (const { experiment, from, to } of members) {
      ranges.set(experiment, { key, fromParts: partsOfPercent(from), toParts: partsOfPercent(to) });
    }
  }
  return ranges;
}
