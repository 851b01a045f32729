import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readServerEvents } from "./server-events.ts";
import type { ServerEvent } from "./server-events.ts";

/** A stream of these pieces. */
function streamOf(pieces: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) {
        controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      }
      controller.close();
    },
  });
}

async function read(pieces: readonly (string | Uint8Array)[]): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(streamOf(pieces), () => undefined)) events.push(event);
  return events;
}

test.each([
  ["an event", "event: changed\ndata: {}\n\n", [{ event: "changed", data: "{}" }]],
  ["one without a name", "data: x\n\n", [{ event: "message", data: "x" }]],
  ["data on several lines", "data: a\ndata:b\n\n", [{ event: "message", data: "a\nb" }]],
  ["comments", ": here\n\n: still here\n\n", []],
  ["fields nobody asked for", "id: 7\nretry: 1\ndata: x\n\n", [{ event: "message", data: "x" }]],
  ["CRLF", "event: e\r\ndata: x\r\n\r\n", [{ event: "e", data: "x" }]],
  ["a colon inside the data", "data: a: b\n\n", [{ event: "message", data: "a: b" }]],
  ["a name without data", "event: e\n\ndata: x\n\n", [{ event: "message", data: "x" }]],
  ["one that never ends", "event: e\ndata: x\n", []],
])("readServerEvents() reads %s", async (_, text, events) => {
  expect(await read([text])).toEqual(events);
});

test("readServerEvents() reads the same however the bytes are cut", async () => {
  const text = 'event: changed\r\ndata: {"app":"yögä"}\r\n\r\n: x\n\ndata: 2\n\n';
  const bytes = new TextEncoder().encode(text);
  const whole = await read([text]);
  const cuts = fc.uniqueArray(fc.nat({ max: bytes.length }));
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const sorted = [0, ...places.toSorted((a, b) => a - b), bytes.length];
      const pieces = sorted.map((place, index) => bytes.slice(place, sorted[index + 1]));
      expect(await read(pieces)).toEqual(whole);
    }),
  );
});

test("readServerEvents() gives up an event that has no end", async () => {
  const endless = Array.from({ length: 80 }, () => "data: " + "x".repeat(1000) + "\n");
  await expect(read(endless)).rejects.toMatchObject({ code: "CONTROL_ANSWER_INVALID" });
  await expect(read(["x".repeat(70_000)])).rejects.toMatchObject({
    code: "CONTROL_ANSWER_INVALID",
  });
  const empty = Array.from({ length: 20 }, () => "data\n".repeat(1000));
  await expect(read(empty)).rejects.toMatchObject({ code: "CONTROL_ANSWER_INVALID" });
});

test("readServerEvents() tells of every piece, comments included", async () => {
  let pieces = 0;
  const events = readServerEvents(streamOf([": a\n", ": b\n"]), () => void (pieces += 1));
  expect(await events.next()).toMatchObject({ done: true });
  expect(pieces).toBe(2);
});
