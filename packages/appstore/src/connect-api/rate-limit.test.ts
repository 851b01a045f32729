import { describe, expect, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import type { ConnectRateLimit } from "./index.ts";
import { parseRateLimit } from "./rate-limit.ts";
import { createTestClient } from "./testing/create-test-client.ts";

describe("parseRateLimit()", () => {
  test.each([
    ["user-hour-lim:3500;user-hour-rem:500;", { limitPerHour: 3500, remaining: 500 }],
    ["user-hour-rem:0; user-hour-lim:3600", { limitPerHour: 3600, remaining: 0 }],
    [
      "user-day-lim:9;user-day-rem:9;user-hour-lim:10;user-hour-rem:1;",
      { limitPerHour: 10, remaining: 1 },
    ],
    [null, undefined],
    ["", undefined],
    ["user-hour-lim:3500;", undefined],
    ["user-hour-lim:3500;user-hour-rem:-1;", undefined],
    ["user-hour-lim:3500;user-hour-rem:5x;", undefined],
    ["xuser-hour-lim:3500;user-hour-rem:5;", undefined],
  ])("%j", (header, expected) => {
    expect(parseRateLimit(header)).toEqual(expected);
  });
});

function headersFor(remaining: number): Readonly<Record<string, string>> {
  return { "x-rate-limit": `user-hour-lim:3600;user-hour-rem:${remaining};` };
}

describe("the client", () => {
  test("tells what remains, and slows down when it is little", async () => {
    const told: ConnectRateLimit[] = [];
    const remaining = [3599, 360, 359, 100, 10, 0, 3000];
    const { client, clock } = await createTestClient(
      (_, index) => ({ body: { data: [] }, headers: headersFor(remaining[index] ?? 3000) }),
      { onRateLimit: (limit) => told.push(limit) },
    );
    for (const _ of remaining) await client.findApp("x");
    expect(told.map((limit) => limit.remaining)).toEqual(remaining);
    // What remains is spread over an hour, a minute at most between two calls.
    expect(clock.sleeps).toEqual([10_028, 36_000, 60_000, 60_000]);
    await client.findApp("x");
    expect(clock.sleeps).toHaveLength(4);
  });

  test("waits a minute after a refusal without Retry-After, then goes on", async () => {
    const waits: string[] = [];
    const { client, clock, server } = await createTestClient(
      (_, index) =>
        index === 0
          ? { status: 429, body: { errors: [{ code: "RATE_LIMIT_EXCEEDED" }] } }
          : { body: { data: [] } },
      { onWait: ({ reason }) => waits.push(reason) },
    );
    await client.findApp("x");
    expect(server.requests).toHaveLength(2);
    expect(clock.sleeps).toContain(60_000);
    expect(waits).toEqual(["retry", "pace"]);
    await client.findApp("x");
    expect(waits).toHaveLength(2);
  });

  test("gives up where Apple goes on refusing", async () => {
    const { client, server } = await createTestClient(() => ({
      status: 429,
      body: { errors: [{ code: "RATE_LIMIT_EXCEEDED" }] },
      headers: headersFor(0),
    }));
    expect(await rejectionOf(client.findApp("x"))).toMatchObject({
      code: "APPLE_RATE_LIMITED",
      errorName: "RATE_LIMIT_EXCEEDED",
    });
    expect(server.requests).toHaveLength(4);
  });
});

describe("the client's token", () => {
  test("is used again until shortly before its end", async () => {
    const { client, clock, server } = await createTestClient(() => ({ body: { data: [] } }));
    const tokenAfter = async (ms: number) => {
      clock.advance(ms);
      await client.findApp("x");
      return server.requests.at(-1)?.headers.authorization;
    };
    const first = await tokenAfter(0);
    expect(first).toMatch(/^Bearer eyJ/);
    expect(await tokenAfter(18 * 60_000 - 1)).toBe(first);
    const second = await tokenAfter(1);
    expect(second).not.toBe(first);
    expect(await tokenAfter(60_000)).toBe(second);
    // A clock that was set back before its making.
    expect(await tokenAfter(-2 * 60_000)).not.toBe(second);
  });

  test("lives 19 minutes, for Apple takes 20", async () => {
    const { client, server } = await createTestClient(() => ({ body: { data: [] } }));
    await client.findApp("x");
    const [, payload = ""] = server.requests[0]?.headers.authorization?.split(".") ?? [];
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(claims).toMatchObject({ aud: "appstoreconnect-v1" });
    const { iat, exp } = claims as { readonly iat: number; readonly exp: number };
    expect(exp - iat).toBe(19 * 60);
  });
});
