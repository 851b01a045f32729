import { routes } from "@holdfast/api";
import type { RouteAnswer } from "@holdfast/api";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import { compareDecisions } from "./compare-decisions.ts";
import type { DecisionComparison } from "./compare-decisions.ts";
import { flowBody, openChosenFlow } from "./simulated-flow.ts";
import type { SimulatedFlow } from "./simulated-flow.ts";
import { readSimulatedPlace } from "./simulated-place.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** The most moves and examples that are told, as the API describes them. */
const MAX_MOVES = 500;
const MAX_EXAMPLES = 300;

type ComparisonBody = RouteAnswer<typeof routes.compareFlows>["body"];

/** Returns the operation that compares two flows over decisions. That ids were opened is audited. */
export function compareOperation(means: SimulatorMeans): Implementation {
  const { queries } = means.database;
  return implement(routes.compareFlows, async ({ params, body }, { change, signal }) => {
    const place = await readSimulatedPlace(queries, params);
    const from = await openChosenFlow(means, place, body.from);
    const to = await openChosenFlow(means, place, body.to);
    const { last } = body;
    const compared = await compareDecisions(means, place, { from, to, last, signal });
    return change(async ({ audit }) => {
      await audit({
        target: place.environment,
        summary: `opened the ids of ${compared.compared} decisions, to compare ${nameOf(from)} with ${nameOf(to)}`,
      });
      return { body: comparisonBody(compared, { from, to }) };
    });
  });
}

function nameOf({ version, isLive, hash }: SimulatedFlow): string {
  if (version !== undefined) return `version ${version}${isLive ? ", which is live," : ""}`;
  return `an unsaved flow (${hash.slice(0, 12)})`;
}

function comparisonBody(
  compared: DecisionComparison,
  { from, to }: { readonly from: SimulatedFlow; readonly to: SimulatedFlow },
): ComparisonBody {
  const { byRule, byResponse, examples, ...counts } = compared;
  return {
    ...counts,
    from: flowBody(from),
    to: flowBody(to),
    byRule: byRule.slice(0, MAX_MOVES),
    byResponse: byResponse.slice(0, MAX_MOVES),
    examples: examples.slice(0, MAX_EXAMPLES),
  };
}
