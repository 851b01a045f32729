import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../random/seeded-random.ts";
import { startTestCloudflare } from "./testing/test-cloudflare.ts";

describe("what a location sees of a write", () => {
  test("is everything at once, unless told otherwise", async () => {
    const { call, see, clock } = await startTestCloudflare();
    expect(await see("a")).toBeUndefined();
    await call("PUT ns/values/a", { body: "1" });
    expect(await see("a")).toBe("1");
    clock.advance(1000);
    await call("DELETE ns/values/a");
    expect(await see("a", { location: "elsewhere" })).toBeUndefined();
  });

  test("comes late, while the API has it at once", async () => {
    const { call, see, clock } = await startTestCloudflare({
      propagation: { minMs: 10_000, maxMs: 10_000 },
    });
    await call("PUT ns/values/a", { body: "1" });
    expect(await call("GET ns/values/a")).toMatchObject({ text: "1" });
    clock.advance(9999);
    expect(await see("a", { location: "fra" })).toBeUndefined();
    clock.advance(1);
    expect(await see("a", { location: "iad" })).toBe("1");
  });

  test("is in the location of the Worker that wrote at once", async () => {
    const { see, cloudflare, namespaceId, clock } = await startTestCloudflare({
      propagation: { minMs: 10_000, maxMs: 10_000 },
    });
    expect(await see("a", { location: "fra" })).toBeUndefined();
    const url = `${await cloudflare.kvUrl(namespaceId, "fra")}/a?urlencoded=true`;
    expect(await fetch(url, { method: "PUT", body: "1" })).toMatchObject({ status: 200 });
    expect(await see("a", { location: "fra" })).toBe("1");
    expect(await see("a", { location: "iad" })).toBeUndefined();
    clock.advance(60_000);
    expect(await see("a", { location: "iad" })).toBe("1");
  });
});

describe("what a location caches", () => {
  const slow = { propagation: { minMs: 0, maxMs: 0 } };

  test.each([
    ["60 s by default", undefined, 60_000],
    ["the 30 s that were asked for", 30, 30_000],
    ["the hour that was asked for", 3600, 3_600_000],
  ])("is a value, for %s", async (_what, cacheTtl, ttlMs) => {
    const { call, see, clock, cloudflare } = await startTestCloudflare(slow);
    await call("PUT ns/values/a", { body: "1" });
    expect(await see("a", { cacheTtl })).toBe("1");
    clock.advance(1000);
    await call("PUT ns/values/a", { body: "2" });
    clock.advance(ttlMs - 1001);
    expect(await see("a", { cacheTtl })).toBe("1");
    clock.advance(1);
    expect(await see("a", { cacheTtl })).toBe("2");
    expect(cloudflare.kvRequests.map(({ from }) => from)).toEqual(["store", "cache", "store"]);
  });

  test("is that there is no value, just as well", async () => {
    const { call, see, clock } = await startTestCloudflare(slow);
    expect(await see("a", { cacheTtl: 30 })).toBeUndefined();
    await call("PUT ns/values/a", { body: "1" });
    clock.advance(29_999);
    expect(await see("a", { cacheTtl: 30 })).toBeUndefined();
    expect(await see("a", { cacheTtl: 30, location: "elsewhere" })).toBe("1");
    clock.advance(1);
    expect(await see("a", { cacheTtl: 30 })).toBe("1");
  });

  test("is cached and delayed a hundredth of the time on that scale", async () => {
    const { call, see, clock } = await startTestCloudflare({
      propagation: { minMs: 10_000, maxMs: 10_000 },
      timeScale: 0.01,
    });
    await call("PUT ns/values/a", { body: "1" });
    clock.advance(99);
    expect(await see("a", { cacheTtl: 30 })).toBeUndefined();
    clock.advance(299);
    expect(await see("a", { cacheTtl: 30 })).toBeUndefined();
    clock.advance(1);
    expect(await see("a", { cacheTtl: 30 })).toBe("1");
  });

  test("is refused for less than 30 s", async () => {
    const { see } = await startTestCloudflare(slow);
    expect(await see("a", { cacheTtl: 29 })).toBe("400 cache TTL must be at least 30");
  });

  test("is seen within propagation and cache together, whenever it was read before", async () => {
    const { call, see, clock } = await startTestCloudflare({
      propagation: { minMs: 0, maxMs: 25_000 },
      random: createSeededRandom(7),
    });
    for (let round = 1; round <= 30; round += 1) {
      await call("PUT ns/values/a", { body: String(round) });
      for (let ms = 0; ms < 55_000; ms += 5000) {
        await see("a", { cacheTtl: 30 });
        clock.advance(5000);
      }
      expect(await see("a", { cacheTtl: 30 })).toBe(String(round));
    }
  });
});
