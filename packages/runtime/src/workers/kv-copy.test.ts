import { WireError } from "../wire/wire-error.ts";
import { expect, test } from "vitest";
import { createKvCopy } from "./kv-copy.ts";

function open(refuse: (text: string) => Error | undefined = () => undefined) {
  const offered: string[] = [];
  const refused: unknown[] = [];
  const copy = createKvCopy(
    async (text) => {
      offered.push(text);
      const error = refuse(text);
      if (error !== undefined) throw error;
    },
    (error) => refused.push(error),
  );
  return { copy, offered, refused };
}

test("createKvCopy() takes a text over once, however often it is read", async () => {
  const { copy, offered } = open();
  for (const text of ["a", "a", "b", "b"]) await copy.offer(text);
  expect(offered).toEqual(["a", "b"]);
  expect([copy.problem(), copy.size()]).toEqual([undefined, 1]);
});

test("createKvCopy() says why the newest is not in use, once, until a good one comes", async () => {
  const { copy, offered, refused } = open((text) =>
    text === "bad" ? new WireError("WIRE_MALFORMED", "bad") : undefined,
  );
  await copy.offer("good");
  for (const text of ["bad", "bad"]) await copy.offer(text);
  expect([copy.problem(), refused.length]).toEqual(["WIRE_MALFORMED", 1]);
  await copy.offer("better");
  expect(copy.problem()).toBeUndefined();
  expect(offered).toEqual(["good", "bad", "better"]);
});

test("createKvCopy() calls what has no code unreadable", async () => {
  const { copy } = open(() => new SyntaxError("Unexpected token"));
  await copy.offer("{");
  expect(copy.problem()).toBe("UNREADABLE");
});

test("createKvCopy() misses a value only when there was one", async () => {
  const { copy, offered } = open();
  await copy.offer(undefined);
  expect(copy.problem()).toBeUndefined();
  await copy.offer("a");
  await copy.offer(undefined);
  expect(copy.problem()).toBe("VALUE_MISSING");
  await copy.offer("a");
  expect(copy.problem()).toBeUndefined();
  expect(offered).toEqual(["a", "a"]);
});
