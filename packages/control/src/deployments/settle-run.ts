import { UpstreamError } from "@holdfast/appstore/errors";
import type { ApplyResult } from "@holdfast/provisioning";
import type { DeploymentRun } from "./apply-deployment.ts";
import { failuresOf, isPassing, leftoversOf, problemsOf } from "./deployment-problems.ts";
import { undecidedContent } from "./deployment-progress.ts";
import { updateDeployment } from "./deployments.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { endDeployment } from "./end-deployment.ts";

/**
 * Writes down what a run has come to: the deployment's end, or that it waits.
 *
 * @throws UpstreamError with the code of what passes, so that it is tried again; what the database throws
 */
export async function settleRun(means: DeploymentsMeans, run: DeploymentRun): Promise<void> {
  const { deployment, made, progress, result } = run;
  const { app, environment } = deployment;
  const states = await means.facts.reviewStates(app, environment);
  if (states !== undefined) progress.review(states);
  const steps = progress.steps();
  switch (endOf(run)) {
    case "live":
      await endDeployment(means, deployment, {
        state: "live",
        problems: leftoversOf(made.plan, result),
        steps,
      });
      return;
    case "failed":
      await endDeployment(means, deployment, {
        state: "failed",
        problems: problemsOf(made.plan, result, run.refusal),
        steps,
      });
      return;
    case "waiting":
      await updateDeployment(means.database.queries, deployment.id, {
        state: "waitingForReview",
        steps,
        problems: [],
        awaiting: states === undefined ? [] : undecidedContent(made.plan, states),
        now: means.now(),
      });
      return;
    case "again":
      throw passingErrorOf(result);
  }
}

function endOf({
  deployment,
  result,
  isLive,
}: DeploymentRun): "live" | "failed" | "waiting" | "again" {
  const failures = failuresOf(result);
  if (failures.length > 0) {
    return failures.every(({ code }) => isPassing(code)) ? "again" : "failed";
  }
  const isUrlLeft = [...result.waiting, ...result.skipped.map(({ item }) => item)].some(
    ({ kind }) => kind === "realtimeUrl",
  );
  if (isLive && !isUrlLeft) return "live";
  if (result.outcome === "waiting") return "waiting";
  // What was rejected is no obstacle to publishing what is approved, once that is enough.
  const mayBecomeEnough = deployment.publishWhen === "publishable" && result.waiting.length > 0;
  return mayBecomeEnough && !isLive ? "waiting" : "failed";
}

/** Returns the first failure as an error again. */
function passingErrorOf(result: ApplyResult): UpstreamError {
  const [{ code, message } = { code: "INTERNAL", message: "it failed" }] = failuresOf(result);
  return new UpstreamError(code, message);
}
