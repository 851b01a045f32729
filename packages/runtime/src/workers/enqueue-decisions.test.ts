import { expect, test } from "vitest";
import type { DecisionSender } from "../wire/decision-sender.ts";
import { enqueueDecisions } from "./enqueue-decisions.ts";

const SENDER: DecisionSender = {
  isolate: "00000000-0000-4000-8000-000000000000",
  host: "cloudflare-workers",
  made: [{ app: "test", environment: "sandbox", count: 9 }],
};

/** Enqueues decisions, and returns what the queue got. */
async function enqueue(decisions: readonly string[]) {
  const bodies: string[] = [];
  const options: unknown[] = [];
  const tooLarge = await enqueueDecisions(
    { decisions, sender: SENDER },
    {
      async send(body, how) {
        bodies.push(body);
        options.push(how);
      },
    },
  );
  return { bodies, options, tooLarge };
}

test("enqueueDecisions() puts what fits into one message, as control takes it", async () => {
  const { bodies, options, tooLarge } = await enqueue(['{"a":1}', '{"b":2}']);
  expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
    { decisions: [{ a: 1 }, { b: 2 }], sender: SENDER },
  ]);
  expect([options, tooLarge]).toEqual([[{ contentType: "text" }], []]);
});

test("enqueueDecisions() keeps every message below what a queue takes, counted in bytes", async () => {
  // Two bytes a character.
  const decisions = Array.from({ length: 9 }, (_, index) =>
    JSON.stringify([index, "é".repeat(25_000)]),
  );
  const { bodies } = await enqueue(decisions);
  const sizes = bodies.map((body) => new TextEncoder().encode(body).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(127_900);
  const all = bodies.flatMap((body) => (JSON.parse(body) as { decisions: unknown[] }).decisions);
  expect(all.map((decision) => JSON.stringify(decision))).toEqual(decisions);
  expect(bodies.length).toBe(5);
});

test("enqueueDecisions() returns what no message can hold, and sends the others", async () => {
  const large = JSON.stringify(["x".repeat(121_000)]);
  const { bodies, tooLarge } = await enqueue(['{"a":1}', large, '{"b":2}']);
  expect(tooLarge).toEqual([large]);
  expect(bodies.length).toBe(1);
});

test("enqueueDecisions() fails as the queue does", async () => {
  const full = { send: () => Promise.reject(new Error("Too Many Requests")) };
  const batch = { decisions: ["{}"], sender: SENDER };
  await expect(enqueueDecisions(batch, full)).rejects.toThrow("Too Many Requests");
});
