import { expect, test } from "vitest";
import { placeKey } from "../desired/place-key.ts";
import { createBench, DAY_MS, NOW, PRODUCTS } from "../testing/provisioning-fixtures.ts";
import type { Bench } from "../testing/provisioning-fixtures.ts";
import { appleError } from "../testing/fake-app-store.ts";
import { refreshDefaults } from "./refresh-defaults.ts";

const PLACES = PRODUCTS.map((productId) => ({ productId, locale: "en-US" }));

async function refresh(bench: Bench, places = PLACES): Promise<readonly string[]> {
  const progress: string[] = [];
  await refreshDefaults(places, {
    client: bench.store.client(),
    state: await bench.state(),
    now: () => bench.now,
    progress: (read, all) => progress.push(`${read}/${all}`),
  });
  return progress;
}

test("refreshDefaults() remembers what is there, that there is none, and when it was read", async () => {
  const bench = createBench();
  bench.store.defaults.set(placeKey({ productId: "yoga.monthly", locale: "en-US" }), "m");
  expect(await refresh(bench)).toEqual(["0/3", "1/3", "2/3", "3/3"]);
  const { current } = await bench.state();
  const read = { locale: "en-US", at: NOW, from: "read" };
  expect(current.defaults).toEqual([
    { productId: "yoga.family", messageIdentifier: null, ...read },
    { productId: "yoga.monthly", messageIdentifier: "m", ...read },
    { productId: "yoga.yearly", messageIdentifier: null, ...read },
  ]);
  expect(current.defaultsReadSince).toBeUndefined();
});

test("refreshDefaults() asks also for what it knew of, each place once", async () => {
  const bench = createBench();
  await refresh(bench);
  await refresh(bench, [{ productId: "yoga.monthly", locale: "ja" }, ...PLACES]);
  expect(bench.store.requests).toHaveLength(3 + 4);
});

test.each([
  ["goes on where it was ended", DAY_MS / 2, 2],
  ["begins anew when that is long ago", 2 * DAY_MS, 3],
])("refreshDefaults() %s", async (_, pauseMs, requests) => {
  const bench = createBench();
  bench.store.failures.set("GET default yoga.yearly en-US", appleError("APPLE_RATE_LIMITED"));
  await expect(refresh(bench)).rejects.toMatchObject({ code: "APPLE_RATE_LIMITED" });
  const before = bench.store.requests.length;
  bench.now += pauseMs;
  await refresh(bench);
  expect(bench.store.requests.length - before).toBe(requests);
});

test("refreshDefaults() goes on with a reading that has taken longer than a day itself", async () => {
  const bench = createBench();
  const client = bench.store.client();
  const slow = {
    ...client,
    getDefaultMessage: async (...call: Parameters<typeof client.getDefaultMessage>) => {
      bench.now += 0.9 * DAY_MS;
      return client.getDefaultMessage(...call);
    },
  };
  bench.store.failures.set("GET default yoga.family en-US", appleError("APPLE_RATE_LIMITED"));
  const options = { client: slow, state: await bench.state(), now: () => bench.now };
  await expect(refreshDefaults(PLACES, options)).rejects.toMatchObject({
    code: "APPLE_RATE_LIMITED",
  });
  const before = bench.store.requests.length;
  await refresh(bench);
  expect(bench.store.requests.slice(before)).toEqual(["GET default yoga.family en-US"]);
});

test.each([4000023, 4000164])(
  "refreshDefaults() takes a place Apple refuses with %i for one without a default message",
  async (errorCode) => {
    const bench = createBench();
    const failure = appleError("APPLE_REFUSED", errorCode);
    bench.store.failures.set("GET default yoga.monthly en-US", failure);
    await refresh(bench);
    const { defaults } = (await bench.state()).current;
    expect(defaults.map(({ messageIdentifier }) => messageIdentifier)).toEqual([null, null, null]);
  },
);
