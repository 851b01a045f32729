import { expect, test } from "vitest";
import { createFakeKv } from "../testing/fake-kv.ts";
import { TEST_PLACE } from "../testing/test-worker.ts";
import { subscriberKey } from "../wire/kv-layout.ts";
import { createKvSubscribers } from "./kv-subscribers.ts";

const KEY = { ...TEST_PLACE, pseudonym: "p_1" };
const signal = new AbortController().signal;
const STATE = { attributes: { plan: "gold" }, previousDecisions: { rules: {}, offers: {} } };

function open(value?: string) {
  const kv = createFakeKv();
  if (value !== undefined) kv.values.set(subscriberKey(TEST_PLACE, KEY.pseudonym), value);
  return { kv, find: () => createKvSubscribers(kv).find(KEY, signal) };
}

test("createKvSubscribers() finds the state under its pseudonym", async () => {
  const { kv, find } = open(JSON.stringify(STATE));
  await expect(find()).resolves.toEqual(STATE);
  expect(kv.calls).toEqual(["get subscribers/test/sandbox/p_1"]);
});

test("createKvSubscribers() finds nothing where there is no value", async () => {
  await expect(open().find()).resolves.toBeUndefined();
});

test.each(["[]", '{"attributes":1,"previousDecisions":{}}'])(
  "createKvSubscribers() refuses %s",
  async (value) => {
    await expect(open(value).find()).rejects.toMatchObject({ code: "WIRE_MALFORMED" });
  },
);

test("createKvSubscribers() fails as the namespace does", async () => {
  const { kv, find } = open("{}");
  kv.fail();
  await expect(find()).rejects.toThrow("the namespace is away");
});
