import type { DecisionClient } from "../control-link/decision-client.ts";
import { shipBatch } from "../control-link/ship-batch.ts";
import type { DecisionBatch } from "./decision-outbox.ts";
import { writeLog } from "./worker-log.ts";

/**
 * Sends a batch to control; what control will never take is logged by its code.
 *
 * @returns how many those are
 * @throws UpstreamError as the client does, and when control takes none of many
 */
export async function shipDecisions(
  { decisions, sender }: DecisionBatch,
  client: DecisionClient,
  signal: AbortSignal,
): Promise<number> {
  const named: DecisionClient = { send: (part, until) => client.send(part, until, sender) };
  const { refused } = await shipBatch(decisions, { client: named, signal, mayGiveUp: true });
  if (refused.length > 0) {
    const codes = [...new Set(refused.map(({ code }) => code))];
    const fields = { codes, count: refused.length };
    writeLog({ level: "error", message: "decisions refused by control", fields });
  }
  return refused.length;
}
