import { routes } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import { eventStreamResponse } from "./event-stream.ts";
import type { ServerEvent } from "./event-stream.ts";

const route = routes.watchSnapshots;

const CHANGED: ServerEvent = {
  event: "changed",
  data: { app: "yoga", environment: "sandbox", what: "live", sequence: 3, secret: "x" },
};

function idle() {
  return new AbortController().signal;
}

async function* eventsOf(...events: readonly ServerEvent[]) {
  yield* events;
}

describe("eventStreamResponse()", () => {
  test("sends a comment at once, then events as their schema reads them, and ends with them", async () => {
    const response = eventStreamResponse(route, eventsOf(CHANGED, CHANGED), { signal: idle() });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const event =
      'event: changed\ndata: {"app":"yoga","environment":"sandbox","what":"live","sequence":3}\n\n';
    expect(await response.text()).toBe(`: here\n\n${event}${event}`);
  });

  test.each([
    ["a name the operation does not have", { ...CHANGED, event: "other" }],
    ["data that is not what the operation describes", { ...CHANGED, data: { app: 1 } }],
  ])("ends with an error at %s", async (_, event) => {
    const response = eventStreamResponse(route, eventsOf(event), { signal: idle() });
    await expect(response.text()).rejects.toThrow();
  });

  test("ends the events when its reader leaves", async () => {
    let isEnded = false;
    async function* forever() {
      try {
        for (;;) yield CHANGED;
      } finally {
        isEnded = true;
      }
    }
    const response = eventStreamResponse(route, forever(), { signal: idle() });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    await reader?.cancel();
    expect(isEnded).toBe(true);
  });

  test("sends comments while nothing happens", async () => {
    const pending = Promise.withResolvers<never>();
    const events = { [Symbol.asyncIterator]: () => ({ next: () => pending.promise }) };
    const response = eventStreamResponse(route, events, { signal: idle(), commentEveryMs: 1 });
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    const texts: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const chunk = await reader?.read();
      texts.push(new TextDecoder().decode(chunk?.value));
    }
    await reader?.cancel();
    expect(texts).toEqual([": here\n\n", ": still here\n\n", ": still here\n\n"]);
  });
});
