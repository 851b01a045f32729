import { expect, onTestFinished, test, vi } from "vitest";
import { createDecisionClient } from "../control-link/decision-client.ts";
import { createDecisionControl } from "../testing/decision-control.ts";
import type { QueueMessage } from "./platform.ts";
import { shipQueuedDecisions } from "./ship-queued-decisions.ts";

const SENDER = { isolate: "i", host: "cloudflare-workers", made: [] };

function message(body: unknown, attempts = 1) {
  const endings: unknown[] = [];
  const delivered: QueueMessage = {
    body,
    attempts,
    ack: () => void endings.push("ack"),
    retry: (options) => void endings.push(options),
  };
  return { delivered, endings };
}

const bodyOf = (...ids: readonly string[]): string =>
  JSON.stringify({
    decisions: ids.map((requestIdentifier) => ({ requestIdentifier })),
    sender: SENDER,
  });

/** A control plane, and what ships messages to it; returns how each message ended. */
function open() {
  const lines = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => lines.mockRestore());
  const control = createDecisionControl();
  const client = createDecisionClient(control);
  return {
    control,
    lines,
    ship: async (...messages: readonly ReturnType<typeof message>[]) => {
      await shipQueuedDecisions({ messages: messages.map(({ delivered }) => delivered) }, client);
      return messages.map(({ endings }) => endings);
    },
  };
}

test("shipQueuedDecisions() is done with what control has", async () => {
  const { control, ship } = open();
  expect(await ship(message(bodyOf("a", "b")), message(bodyOf("c", "a")))).toEqual([
    ["ack"],
    ["ack"],
  ]);
  expect(control.taken).toEqual(["a", "b", "c"]);
});

test("shipQueuedDecisions() has only the message that failed come again, later and later", async () => {
  const { control, ship } = open();
  control.faults.push({ status: 503 });
  expect(await ship(message(bodyOf("a")), message(bodyOf("b")))).toEqual([
    [{ delaySeconds: 10 }],
    ["ack"],
  ]);
  control.always = "unreachable";
  expect(await ship(message(bodyOf("a"), 3), message(bodyOf("b"), 50))).toEqual([
    [{ delaySeconds: 40 }],
    [{ delaySeconds: 600 }],
  ]);
});

test("shipQueuedDecisions() logs what control will never take, by its code", async () => {
  const { control, ship, lines } = open();
  control.refused.set("b", "APP_UNKNOWN");
  expect(await ship(message(bodyOf("a", "b")))).toEqual([["ack"]]);
  expect(lines.mock.calls.flat()).toEqual([
    '{"level":"error","codes":["APP_UNKNOWN"],"count":1,"msg":"decisions refused by control"}',
  ]);
});

test.each([["{"], ["[]"], [{ decisions: [] }], ['{"decisions":{},"sender":{}}'], [undefined]])(
  "shipQueuedDecisions() is done with what holds no decisions: %j",
  async (body) => {
    const { control, ship } = open();
    expect(await ship(message(body))).toEqual([["ack"]]);
    expect(control.requests).toEqual([]);
  },
);
