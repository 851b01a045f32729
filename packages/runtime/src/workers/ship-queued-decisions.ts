import type { DecisionClient } from "../control-link/decision-client.ts";
import type { DecisionSender } from "../wire/decision-sender.ts";
import { isRecord } from "../wire/fields.ts";
import type { DecisionBatch } from "./decision-outbox.ts";
import type { QueueBatch, QueueMessage } from "./platform.ts";
import { shipDecisions } from "./ship-decisions.ts";
import { writeLog } from "./worker-log.ts";

/** How long one message may take, ms; a consumer has 15 minutes (developers.cloudflare.com/queues/platform/limits). */
const SHIP_MS = 30_000;

/** How long a message that failed waits for its next delivery, the first time and at most, in seconds. */
const FIRST_DELAY_SECONDS = 10;
const LONGEST_DELAY_SECONDS = 600;

/** Sends what a queue delivers to control. A message that control has is done with; one that failed comes again. */
export async function shipQueuedDecisions(
  { messages }: QueueBatch,
  client: DecisionClient,
): Promise<void> {
  for (const message of messages) await shipMessage(message, client);
}

async function shipMessage(message: QueueMessage, client: DecisionClient): Promise<void> {
  const batch = parseMessage(message.body);
  if (batch === undefined) {
    writeLog({ level: "error", message: "a message of the queue holds no decisions", fields: {} });
    message.ack();
    return;
  }
  try {
    await shipDecisions(batch, client, AbortSignal.timeout(SHIP_MS));
    message.ack();
  } catch (error) {
    const reason = error instanceof Error ? error.message : undefined;
    writeLog({ level: "warn", message: "decisions not shipped", fields: { error: reason } });
    message.retry({ delaySeconds: delayAfter(message.attempts) });
  }
}

/** Ten seconds, doubled with each delivery. */
function delayAfter(attempts: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** (attempts - 1));
}

function parseMessage(body: unknown): DecisionBatch | undefined {
  const value = typeof body === "string" ? parseJson(body) : undefined;
  if (!isRecord(value) || !Array.isArray(value["decisions"]) || !isRecord(value["sender"])) {
    return undefined;
  }
  return {
    decisions: value["decisions"].map((decision) => JSON.stringify(decision)),
    // As this Worker wrote it; control checks it.
    sender: value["sender"] as unknown as DecisionSender,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
