import { randomBytes } from "node:crypto";
import type { ApiRoute } from "./api-route.ts";
import { REFUSALS } from "./cloudflare-error.ts";
import { membersOf, readJson } from "./json-body.ts";

/** What takes the messages of a queue. */
interface QueueConsumer {
  readonly consumer_id: string;
  /** The Worker. */
  readonly script: string;
  /** Like `batch_size`, as they came. */
  readonly settings: unknown;
}

/** A queue: its name and its consumers. Messages are none of the double's business. */
export interface CloudflareQueue {
  readonly id: string;
  readonly name: string;
  readonly consumers: readonly QueueConsumer[];
}

/**
 * Returns the operations on queues that `wrangler queues create|list` and `wrangler deploy` call.
 *
 * @see https://developers.cloudflare.com/api/resources/queues/
 */
export function queueRoutes(queues: Map<string, CloudflareQueue>): readonly ApiRoute[] {
  const permission = "queues";
  const find = (id: string): CloudflareQueue => {
    const queue = queues.get(id);
    if (queue === undefined) throw REFUSALS.queueUnknown();
    return queue;
  };
  const keep = (queue: CloudflareQueue) => {
    queues.set(queue.id, queue);
    return queue;
  };
  return [
    {
      method: "GET",
      path: "queues",
      permission,
      answer({ query }) {
        const names = query.getAll("name");
        const found = [...queues.values()].filter(
          ({ name }) => names.length === 0 || names.includes(name),
        );
        const counts = { count: found.length, total_count: found.length, total_pages: 1 };
        return {
          result: found.map(describe),
          resultInfo: { page: 1, per_page: found.length, ...counts },
        };
      },
    },
    {
      method: "POST",
      path: "queues",
      permission,
      async answer({ request }) {
        const { queue_name: name } = membersOf(await readJson(request));
        if (typeof name !== "string") throw REFUSALS.invalid("queue_name is required");
        const isTaken = [...queues.values()].some((queue) => queue.name === name);
        if (isTaken) throw REFUSALS.queueExists();
        return { result: describe(keep({ id: newId(), name, consumers: [] })) };
      },
    },
    {
      method: "POST",
      path: "queues/:queue/consumers",
      permission,
      async answer(call) {
        const queue = find(call.param("queue"));
        const consumer = parseConsumer(newId(), await readJson(call.request));
        keep({ ...queue, consumers: [...queue.consumers, consumer] });
        return { result: describeConsumer(consumer) };
      },
    },
    {
      method: "PUT",
      path: "queues/:queue/consumers/:consumer",
      permission,
      async answer(call) {
        const queue = find(call.param("queue"));
        const consumer = parseConsumer(call.param("consumer"), await readJson(call.request));
        const others = queue.consumers.filter(({ consumer_id: id }) => id !== consumer.consumer_id);
        keep({ ...queue, consumers: [...others, consumer] });
        return { result: describeConsumer(consumer) };
      },
    },
  ];
}

function parseConsumer(id: string, value: unknown): QueueConsumer {
  const { script_name: script, settings } = membersOf(value);
  if (typeof script !== "string") throw REFUSALS.invalid("script_name is required");
  return { consumer_id: id, script, settings };
}

function describe({ id, name, consumers }: CloudflareQueue) {
  return {
    queue_id: id,
    queue_name: name,
    consumers: consumers.map(describeConsumer),
    consumers_total_count: consumers.length,
    producers_total_count: 0,
  };
}

function describeConsumer(consumer: QueueConsumer) {
  return { ...consumer, type: "worker" };
}

function newId(): string {
  return randomBytes(16).toString("hex");
}
