import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowRule } from "../document/rule-schema.ts";
import { parseInstant } from "../document/instant.ts";
import { MAX_TOTAL_WEIGHT } from "../evaluate/bucketing.ts";
import type { Validation } from "./validation.ts";

/** Checks what a rule says by itself: priority, schedule, weights; and the exclusion groups. */
export function checkRules(validation: Validation): void {
  checkPriorities(validation);
  for (const [index, rule] of validation.document.rules.entries()) {
    checkSchedule(validation, rule, index);
    checkWeights(validation, rule, index);
    noteDeferring(validation, index);
  }
  checkExclusionGroups(validation);
}

function checkPriorities(validation: Validation): void {
  const { rules } = validation.document;
  const first = new Map<number, string>();
  const hasPriorities = rules.some(({ priority }) => priority !== undefined);
  for (const [index, { name, priority }] of rules.entries()) {
    if (!hasPriorities) return;
    if (priority === undefined) {
      const message = `rule ${name} has no priority while others have; give all or none of them one`;
      validation.report({ code: "PRIORITY_MIXED", message, path: ["rules", index] });
      continue;
    }
    const path = ["rules", index, "priority"];
    const other = first.get(priority);
    if (other === undefined) first.set(priority, name);
    else {
      const message = `rules ${other} and ${name} both have priority ${priority}; the order must be clear`;
      validation.report({ code: "PRIORITY_TIE", message, path });
    }
  }
}

function checkSchedule(validation: Validation, { schedule }: FlowRule, index: number): void {
  if (schedule?.from === undefined || schedule.until === undefined) return;
  const [from, until] = [parseInstant(schedule.from), parseInstant(schedule.until)];
  if (from === undefined || until === undefined || from < until) return;
  const message = `the schedule ends (${schedule.until}) before it starts (${schedule.from})`;
  const path = ["rules", index, "schedule", "until"];
  validation.report({ code: "SCHEDULE_EMPTY", message, path });
}

function checkWeights(validation: Validation, { experiment }: FlowRule, index: number): void {
  if (experiment === undefined) return;
  const path = ["rules", index, "experiment", "arms"];
  for (const [arm, { weight }] of experiment.arms.entries()) {
    if (Number.isSafeInteger(weight) && weight > 0) continue;
    const message = `expected a positive whole number as weight, got ${weight}`;
    validation.report({ code: "WEIGHT_INVALID", message, path: [...path, arm, "weight"] });
  }
  const total = experiment.arms.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= MAX_TOTAL_WEIGHT) return;
  const message = `the weights sum up to ${total}; at most ${MAX_TOTAL_WEIGHT} can be told apart`;
  validation.report({ code: "WEIGHT_INVALID", message, path });
}

function noteDeferring(validation: Validation, ruleIndex: number): void {
  for (const { rule, response, path } of validation.responsesOf(ruleIndex)) {
    if (response.deferToApple === undefined) continue;
    const message = `rule ${rule} answers with a deliberate 503; Apple's performance test of such a product is refused`;
    validation.report({
      code: "DEFERS_TO_APPLE",
      message,
      path: [...path, "deferToApple"],
      severity: "note",
      at: "key",
    });
  }
}

interface Share {
  readonly experiment: string;
  readonly from: number;
  readonly to: number;
}

function checkExclusionGroups(validation: Validation): void {
  const { exclusionGroups = {}, rules } = validation.document;
  const experiments = rules.flatMap(({ experiment }) => experiment?.key ?? []);
  const groupOf = new Map<string, string>();
  for (const [group, members] of Object.entries(exclusionGroups)) {
    for (const [index, member] of members.entries()) {
      const path = ["exclusionGroups", group, index];
      const problem = shareProblem(member, members.slice(0, index), groupOf);
      groupOf.set(member.experiment, group);
      if (problem !== undefined) {
        validation.report({ code: "EXCLUSION_RANGE", message: problem, path });
      }
      if (experiments.includes(member.experiment)) continue;
      const suggestion = didYouMean(member.experiment, experiments);
      const message = `there is no experiment with the key "${member.experiment}"${suggestion}`;
      validation.report({
        code: "UNKNOWN_EXPERIMENT",
        message,
        path: [...path, "experiment"],
      });
    }
  }
}

function shareProblem(
  { experiment, from, to }: Share,
  before: readonly Share[],
  groupOf: ReadonlyMap<string, string>,
): string | undefined {
  const group = groupOf.get(experiment);
  if (group !== undefined) return `experiment ${experiment} already has a share of group ${group}`;
  if (from >= to) return `the share from ${from} to ${to} percent is empty; from must be below to`;
  const other = before.find((share) => share.from < to && from < share.to);
  if (other === undefined) return undefined;
  return `the share from ${from} to ${to} percent overlaps that of ${other.experiment} (${other.from} to ${other.to})`;
}
