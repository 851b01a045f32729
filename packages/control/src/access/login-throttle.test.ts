import { describe, expect, test } from "vitest";
import { openTestControl, PASSWORD, testControlOn } from "../http/testing/test-control.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { countLogin, networkOf } from "./login-throttle.ts";

describe.each(await engines())("on $name", (engine) => {
  test("countLogin() lets as many through as a bucket holds, then one with each refill", async () => {
    const { queries } = await openTestDatabase(engine);
    const attempt = async (now: number) => {
      try {
        await countLogin(queries, { email: "ada@example.com", address: undefined, now });
        return "through";
      } catch (error) {
        return (error as { facts: { retryAfterSeconds: number } }).facts.retryAfterSeconds;
      }
    };
    const start = 1_800_000_000_000;
    const first = await Promise.all(Array.from({ length: 12 }, () => attempt(start)));
    expect(first.filter((result) => result === "through")).toHaveLength(10);
    expect(await attempt(start + 30_000)).toBe(30);
    expect(await attempt(start + 60_000)).toBe("through");
    expect(await attempt(start + 60_000)).toBe(60);
    const later = start + 24 * 3_600_000;
    const full = await Promise.all(Array.from({ length: 12 }, () => attempt(later)));
    expect(full.filter((result) => result === "through")).toHaveLength(10);
  });

  test("replicas count together", async () => {
    const first = await openTestControl(engine);
    await first.setUp();
    const second = testControlOn(first.database);
    const body = { email: "ada@example.com", password: "wrong" };
    for (let count = 0; count < 5; count += 1) {
      for (const { call } of [first, second]) {
        expect((await call("POST", "/v1/session", { body })).status).toBe(401);
      }
    }
    const right = { ...body, password: PASSWORD };
    for (const { call } of [first, second]) {
      expect((await call("POST", "/v1/session", { body: right })).status).toBe(429);
    }
  });
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:0DB8:0001:2::1", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["nonsense", "nonsense"],
])("networkOf(%j) is %j", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
