import { expect, test } from "vitest";
import { createControlClient } from "./control-client.ts";
import { isDeeperThan } from "./json-depth.ts";

test.each([
  ["[]", false],
  ["[[]]", false],
  ["[[[]]]", true],
  ['{"a":{"b":[]}}', true],
  ["[[],[],[[", true],
  ["[[],[],[]]", false],
  ['["[[[[","{{{"]', false],
  [String.raw`["\"[[[[","\\",[]]`, false],
  [String.raw`["\\",[["`, true],
  ["", false],
])("isDeeperThan(2) of %s", (text, expected) => {
  expect(isDeeperThan(2, text)).toBe(expected);
});

test("read() refuses a value that would keep its parser busy, before it is parsed", async () => {
  const deep = "[".repeat(100_000);
  const client = createControlClient({
    url: "https://control.example",
    token: "t",
    fetch: () => Promise.resolve(new Response(`{"publication":${deep}`)),
  });
  const place = { app: "yoga", environment: "sandbox", what: "live" } as const;
  await expect(client.read(place, undefined, new AbortController().signal)).rejects.toMatchObject({
    code: "CONTROL_ANSWER_INVALID",
  });
});
