import type { FlowPlace, FlowPositions } from "@holdfast/flow/document";
import type { Plan, PlanProblem } from "./plan.ts";

/** A plan for machines. */
export interface PlanDocument extends Omit<Plan, "problems"> {
  readonly problems: readonly (PlanProblem & Partial<FlowPlace>)[];
}

/** Returns a plan for machines: as it is, with the places of its problems in the flow. */
export function planDocument(plan: Plan, positions: FlowPositions): PlanDocument {
  const problems = plan.problems.map((problem) => {
    const place = problem.path === undefined ? undefined : positions.locate(problem.path);
    return { ...problem, ...place };
  });
  return { ...plan, problems };
}
