import { decisionsBody } from "../control-link/decision-client.ts";
import type { DecisionBatch } from "./decision-outbox.ts";
import type { QueueProducer } from "./platform.ts";

/**
 * How large a message may be, in bytes: Queues takes 128,000, its own hundred included
 * (developers.cloudflare.com/queues/platform/limits).
 */
const MAX_MESSAGE_BYTES = 120_000;

const encoder = new TextEncoder();

/**
 * Puts a batch into a queue, in as many messages as it needs, each the body that control takes.
 *
 * @returns the decisions that no message can hold
 * @throws what the queue throws; some of it may be in the queue then
 */
export async function enqueueDecisions(
  { decisions, sender }: DecisionBatch,
  queue: QueueProducer,
): Promise<readonly string[]> {
  const overhead = encoder.encode(decisionsBody([], sender)).length;
  const { parts, tooLarge } = splitBySize(decisions, MAX_MESSAGE_BYTES - overhead);
  for (const part of parts) await queue.send(decisionsBody(part, sender), { contentType: "text" });
  return tooLarge;
}

interface Split {
  readonly parts: readonly (readonly string[])[];
  readonly tooLarge: readonly string[];
}

function splitBySize(decisions: readonly string[], maxBytes: number): Split {
  const parts: string[][] = [];
  const tooLarge: string[] = [];
  let left = 0;
  for (const decision of decisions) {
    // With the comma after it.
    const bytes = encoder.encode(decision).length + 1;
    if (bytes > maxBytes) {
      tooLarge.push(decision);
      continue;
    }
    if (bytes > left) {
      parts.push([]);
      left = maxBytes;
    }
    parts.at(-1)?.push(decision);
    left -= bytes;
  }
  return { parts, tooLarge };
}
