import { CodedError } from "@holdfast/appstore/errors";
import { createDecisionClient } from "../control-link/decision-client.ts";
import type { DecisionClient } from "../control-link/decision-client.ts";
import type { SendDecisions } from "./decision-outbox.ts";
import { enqueueDecisions } from "./enqueue-decisions.ts";
import type { QueueProducer, WorkerEnv } from "./platform.ts";
import { shipDecisions } from "./ship-decisions.ts";
import { writeLog } from "./worker-log.ts";

/** Where decisions go. */
export interface DecisionRoute {
  /** Absent where they go nowhere. */
  readonly send?: SendDecisions;
  /** Control, for the queue's consumer; absent without its address and a token. */
  readonly client?: DecisionClient;
  /** What health says of it. */
  readonly warning?: string;
}

const NOT_KEPT =
  "decisions are not kept: set HOLDFAST_CONTROL_URL and HOLDFAST_RUNTIME_TOKEN, or bind the queue HOLDFAST_DECISIONS";

/**
 * Returns where decisions go: into the queue where one is bound, else to control.
 *
 * @param env - returns the bindings of the newest invocation
 */
export function createDecisionRoute(env: () => WorkerEnv): DecisionRoute {
  const { client, problem } = controlOf(env());
  const toControl: SendDecisions | undefined =
    client && ((batch, signal) => shipDecisions(batch, client, signal));
  if (env().HOLDFAST_DECISIONS !== undefined) {
    const send = toQueue(() => env().HOLDFAST_DECISIONS, toControl);
    return client === undefined ? { send } : { send, client };
  }
  if (client === undefined || toControl === undefined) return { warning: problem ?? NOT_KEPT };
  return { send: toControl, client };
}

/** What is too large for a queue goes to control at once, where that can be. */
function toQueue(
  queue: () => QueueProducer | undefined,
  toControl: SendDecisions | undefined,
): SendDecisions {
  return async (batch, signal) => {
    const bound = queue();
    if (bound === undefined) throw new TypeError("HOLDFAST_DECISIONS is not bound any more");
    const decisions = await enqueueDecisions(batch, bound);
    if (decisions.length === 0) return 0;
    if (toControl !== undefined) return toControl({ ...batch, decisions }, signal);
    const fields = { count: decisions.length };
    writeLog({ level: "error", message: "decisions too large for the queue", fields });
    return decisions.length;
  };
}

function controlOf({
  HOLDFAST_CONTROL_URL: url = "",
  HOLDFAST_RUNTIME_TOKEN: token = "",
}: WorkerEnv): {
  readonly client?: DecisionClient;
  readonly problem?: string;
} {
  if (url === "" || token === "") return {};
  try {
    return { client: createDecisionClient({ url, token }) };
  } catch (error) {
    const reason = error instanceof CodedError ? error.message : "unknown";
    return { problem: `decisions are not kept: HOLDFAST_CONTROL_URL: ${reason}` };
  }
}
