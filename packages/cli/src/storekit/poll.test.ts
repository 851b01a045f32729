import { AppleApiError } from "@holdfast/appstore/http";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { poll } from "./poll.ts";
import type { Look } from "./poll.ts";

const TIMES = { what: "the test", intervalMs: 10_000, timeoutMs: 60_000, resume: "wait again" };

function failure(facts: { readonly retryable: boolean; readonly retryAt?: number }): AppleApiError {
  return new AppleApiError("APPLE_RATE_LIMITED", "Apple said no", {
    operation: "Get It",
    effect: "none",
    ...facts,
  });
}

/** Looks that show these things in turn, and when each was made. */
function looks(io: FakeIo, shown: readonly (Look<string> | Error)[]) {
  const at: number[] = [];
  const start = io.now();
  const look = async (): Promise<Look<string>> => {
    const seen = shown[Math.min(at.length, shown.length - 1)] ?? { pending: "nothing" };
    at.push(io.now() - start);
    if (seen instanceof Error) throw seen;
    return seen;
  };
  return { at, look };
}

describe("poll()", () => {
  test("looks every interval until there is an end", async () => {
    await using io = await createFakeIo();
    const { at, look } = looks(io, [{ pending: "1" }, { pending: "2" }, { done: "over" }]);
    expect(await poll(io, { ...TIMES, look })).toBe("over");
    expect(at).toEqual([0, 10_000, 20_000]);
    expect(io.err()).toBe("");
  });

  test("says on a terminal what it waits for", async () => {
    await using io = await createFakeIo({ isErrTty: true });
    const { look } = looks(io, [{ pending: "40 to go" }, { done: "over" }]);
    await poll(io, { ...TIMES, look });
    expect(io.err()).toBe("the test: 40 to go; next look in 10s\n");
  });

  test("survives failures that pass", async () => {
    await using io = await createFakeIo();
    const { at, look } = looks(io, [failure({ retryable: true }), { done: "over" }]);
    expect(await poll(io, { ...TIMES, look })).toBe("over");
    expect(at).toEqual([0, 10_000]);
  });

  test("looks no earlier than Apple says", async () => {
    await using io = await createFakeIo();
    const retryAt = io.now() + 25_000;
    const { at, look } = looks(io, [failure({ retryable: true, retryAt }), { done: "over" }]);
    await poll(io, { ...TIMES, look });
    expect(at).toEqual([0, 25_000]);
  });

  test("ends with a failure that does not pass", async () => {
    await using io = await createFakeIo();
    const { look } = looks(io, [{ pending: "1" }, failure({ retryable: false })]);
    await expect(poll(io, { ...TIMES, look })).rejects.toBeInstanceOf(AppleApiError);
  });

  test("gives up at the timeout, and says how to go on and what was last seen", async () => {
    await using io = await createFakeIo();
    const { at, look } = looks(io, [{ pending: "3 to go" }]);
    await expect(poll(io, { ...TIMES, look })).rejects.toMatchObject({
      code: "STILL_PENDING",
      message: expect.stringContaining("3 to go") as unknown,
      advice: expect.stringContaining("wait again") as unknown,
    });
    expect(at.at(-1)).toBe(60_000);
  });

  test("looks a last time at the timeout, however long the interval", async () => {
    await using io = await createFakeIo();
    const { at, look } = looks(io, [{ pending: "1" }, { done: "over" }]);
    const times = { ...TIMES, intervalMs: 30_000, timeoutMs: 25_000 };
    expect(await poll(io, { ...times, look })).toBe("over");
    expect(at).toEqual([0, 25_000]);
  });

  test.each([
    ["every look", [failure({ retryable: true })]],
    ["the last look", [{ pending: "1" }, failure({ retryable: true })]],
  ])("ends with Apple's error when time is up and %s failed", async (_, shown) => {
    await using io = await createFakeIo();
    const { at, look } = looks(io, shown);
    await expect(poll(io, { ...TIMES, look })).rejects.toBeInstanceOf(AppleApiError);
    expect(at.at(-1)).toBe(60_000);
  });

  test("forgets failures once it could look again", async () => {
    await using io = await createFakeIo();
    const { look } = looks(io, [failure({ retryable: true }), { pending: "3 to go" }]);
    await expect(poll(io, { ...TIMES, look })).rejects.toMatchObject({ code: "STILL_PENDING" });
  });

  test("gives up at once where Apple wants to be asked after the timeout only", async () => {
    await using io = await createFakeIo();
    const retryAt = io.now() + 3_600_000;
    const { at, look } = looks(io, [failure({ retryable: true, retryAt })]);
    await expect(poll(io, { ...TIMES, look })).rejects.toMatchObject({
      code: "APPLE_RATE_LIMITED",
    });
    expect(at).toEqual([0]);
  });

  test("stops at Ctrl-C, and says how to go on", async () => {
    await using io = await createFakeIo();
    const look = async (): Promise<Look<string>> => {
      io.interrupt();
      return { pending: "1" };
    };
    await expect(poll(io, { ...TIMES, look })).rejects.toMatchObject({
      code: "INTERRUPTED",
      advice: expect.stringContaining("wait again") as unknown,
    });
  });
});
