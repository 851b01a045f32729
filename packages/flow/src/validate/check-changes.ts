import type { FlowExperiment } from "../document/rule-schema.ts";
import type { Validation } from "./validation.ts";

/** Warns of changes that move people between the arms of an experiment that is running. */
export function checkChanges(validation: Validation): void {
  const { previous } = validation.options;
  if (previous === undefined) return;
  const running = new Map(
    previous.rules.flatMap(({ experiment }) =>
      experiment === undefined ? [] : [[experiment.key, experiment] as const],
    ),
  );
  for (const [index, { experiment }] of validation.document.rules.entries()) {
    const before = experiment === undefined ? undefined : running.get(experiment.key);
    if (experiment !== undefined && before !== undefined) {
      compare(validation, { before, now: experiment, ruleIndex: index });
    }
  }
}

interface Change {
  readonly before: FlowExperiment;
  readonly now: FlowExperiment;
  readonly ruleIndex: number;
}

function compare(validation: Validation, { before, now, ruleIndex }: Change): void {
  const path = ["rules", ruleIndex, "experiment"];
  if (armsOf(before) !== armsOf(now)) {
    const message = `the arms of ${now.key} were ${armsOf(before)} and are ${armsOf(now)}: people move between arms and the results mix. Use a new key for a new experiment`;
    const place = [...path, "arms"];
    validation.report({ code: "WEIGHTS_CHANGED", message, path: place, severity: "warning" });
  }
  const [was, is] = [before.traffic ?? 100, now.traffic ?? 100];
  if (is >= was) return;
  const message = `the traffic of ${now.key} falls from ${was} to ${is} percent: people leave the experiment while it runs`;
  const place = [...path, "traffic"];
  validation.report({ code: "TRAFFIC_LOWERED", message, path: place, severity: "warning" });
}

/** The arms as buckets see them: their order and weights. */
function armsOf({ arms }: FlowExperiment): string {
  return arms.map(({ name, weight }) => `${name} ${weight}`).join(", ");
}
