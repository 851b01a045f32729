import { compileCondition } from "../compile/compile-condition.ts";
import { compileResponse } from "../compile/compile-response.ts";
import { orderedRules } from "../compile/compile-rule.ts";
import type { FlowDocument } from "../document/flow-schema.ts";
import type { FlowExperiment, FlowRule } from "../document/rule-schema.ts";
import { parseInstant } from "../document/instant.ts";
import type { AttributeType } from "../evaluate/attributes.ts";
import { describeCondition, describeInstant } from "./describe-condition.ts";
import { describeResponse } from "./describe-response.ts";

/** A flow in plain English. */
export interface ExplainedFlow {
  readonly sections: readonly ExplainedSection[];
  /** All sections as one text, its lines ended by line feeds. */
  readonly text: string;
}

/** One part of a flow: a rule, the holdout, the fallback. */
export interface ExplainedSection {
  readonly title: string;
  /** The rule that is explained, where it is one. */
  readonly rule?: string;
  /** One sentence each. */
  readonly lines: readonly string[];
}

/** Explains a flow in plain English, in the order in which it is tried. */
export function explainFlow(document: FlowDocument): ExplainedFlow {
  const declared = new Map(Object.entries(document.attributes ?? {}));
  const sections = [
    explainHead(document),
    ...explainHoldout(document),
    ...orderedRules(document.rules).map((rule, index) =>
      explainRule(rule, { number: index + 1, document, declared }),
    ),
    explainFallback(document),
  ];
  return { sections, text: sections.map(sectionText).join("\n") };
}

function sectionText({ title, lines }: ExplainedSection): string {
  return [title, ...lines.map((line) => `  ${line}`)].map((line) => `${line}\n`).join("");
}

function explainHead({ app, description, rules }: FlowDocument): ExplainedSection {
  const count = rules.length === 1 ? "There is 1 rule" : `There are ${rules.length} rules`;
  const how = `${count}; they are tried in order, and the first that holds answers.`;
  return { title: `Flow for ${app}`, lines: [...(description ? [description] : []), how] };
}

function explainHoldout({ holdout }: FlowDocument): readonly ExplainedSection[] {
  if (holdout === undefined) return [];
  const { percent, key, respond } = holdout;
  const line = `${percent} % of subscribers always get the message ${respond.message}, whatever the rules say.`;
  return [{ title: `Before the rules: the holdout ${key}`, lines: [line] }];
}

interface RuleSurroundings {
  readonly number: number;
  readonly document: FlowDocument;
  readonly declared: ReadonlyMap<string, AttributeType>;
}

function explainRule(rule: FlowRule, surroundings: RuleSurroundings): ExplainedSection {
  const { number, document, declared } = surroundings;
  const { name, description, when, cooldown, respond, experiment } = rule;
  const condition =
    when === undefined
      ? "Holds for everybody."
      : `Holds when ${describeCondition(compileCondition(when, declared), declared)}.`;
  const lines = [
    ...(description === undefined ? [] : [description]),
    ...explainSchedule(rule),
    condition,
    ...(cooldown === undefined ? [] : [explainCooldown(cooldown.days)]),
    ...(respond === undefined
      ? []
      : [`Answers with ${describeResponse(compileResponse(respond))}`]),
    ...(experiment === undefined ? [] : explainExperiment(experiment, document)),
  ];
  return { title: `${number}. ${name}`, rule: name, lines };
}

function explainSchedule({ schedule }: FlowRule): readonly string[] {
  const range = [...edge("from", schedule?.from), ...edge("until", schedule?.until)];
  return range.length === 0 ? [] : [`Only ${range.join(" ")} (UTC).`];
}

function edge(word: string, written: string | undefined): readonly string[] {
  const at = written === undefined ? undefined : parseInstant(written);
  return at === undefined ? [] : [`${word} ${describeInstant(at)}`];
}

function explainCooldown(days: number): string {
  return `Not again for ${days} ${days === 1 ? "day" : "days"}, counted from 24 hours after the first time, or at once after an offer of it is redeemed. Nothing known of the past: it does not hold.`;
}

function explainExperiment(
  { key, traffic = 100, arms }: FlowExperiment,
  document: FlowDocument,
): readonly string[] {
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  const share = traffic === 100 ? "Everybody takes part" : `${traffic} % take part`;
  const others = traffic === 100 ? "" : "; for the others the next rule is tried";
  return [
    `Experiment ${key}. ${share}${others}.`,
    ...explainExclusion(key, document),
    ...arms.map(({ name, weight, respond }) => {
      const percent = Math.round((weight / total) * 1000) / 10;
      return `Arm ${name} (${percent} %): ${describeResponse(compileResponse(respond))}`;
    }),
  ];
}

function explainExclusion(key: string, { exclusionGroups = {} }: FlowDocument): readonly string[] {
  for (const [group, members] of Object.entries(exclusionGroups)) {
    const share = members.find(({ experiment }) => experiment === key);
    if (share !== undefined) {
      return [`It has the share from ${share.from} to ${share.to} % of the group ${group}.`];
    }
  }
  return [];
}

function explainFallback({ fallback }: FlowDocument): ExplainedSection {
  const line = `Answers with the message ${fallback.message}.`;
  return { title: "When no rule holds", lines: [line] };
}
