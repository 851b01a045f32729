import { UpstreamError } from "@holdfast/appstore/errors";

/** How a Worker's handler of an event ended. */
export interface TriggerOutcome {
  /** `ok`, or `exception` when it threw. */
  readonly outcome: string;
  /** Whether a queue's batch was to be tried again as a whole. */
  readonly retryBatch?: { readonly retry: boolean };
  readonly ackAll?: boolean;
  /** Messages to be tried again, one by one. */
  readonly retryMessages?: readonly { readonly msgId: string }[];
}

/** A message of a queue. */
export interface QueuedMessage {
  readonly id: string;
  /** When it was sent, in ms since 1970. */
  readonly at: number;
  /** How often it has been delivered, this time included. */
  readonly attempts: number;
  /** JSON data. */
  readonly body: unknown;
}

/** A time a cron trigger is for. */
export interface CronTime {
  /** The expression that led to it. */
  readonly cron: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** Events of the platform that no request brings, for tests and for one machine. */
export interface WorkerdTriggers {
  /**
   * Does what a cron trigger does, and resolves when the handler and what it waits for have ended.
   *
   * @throws UpstreamError `WORKERD_FAILED` when the event could not be delivered
   */
  scheduled(time: CronTime): Promise<TriggerOutcome>;
  /**
   * Delivers a batch of a queue.
   *
   * @throws UpstreamError `WORKERD_FAILED` when the event could not be delivered
   */
  queue(queue: string, messages: readonly QueuedMessage[]): Promise<TriggerOutcome>;
}

/** Returns what passes events to the Worker behind a trigger. */
export function createTriggers(url: string): WorkerdTriggers {
  const send = async (event: object): Promise<TriggerOutcome> => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify(event) });
    if (response.ok) return (await response.json()) as TriggerOutcome;
    throw new UpstreamError("WORKERD_FAILED", `workerd answered an event with ${response.status}`);
  };
  return {
    scheduled: (cron) => send({ cron }),
    queue: (queue, messages) => send({ queue, messages }),
  };
}
