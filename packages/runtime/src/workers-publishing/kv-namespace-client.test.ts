import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createKvNamespaceClient } from "./index.ts";
import type { KvPair } from "./index.ts";
import { startTestNamespace } from "./testing/test-namespace.ts";

const PAIR: KvPair = { key: "live/demo/sandbox", value: '{"a":"ä"}' };

/** A clock on which a sleep ends only by its signal. */
const STANDING = { now: () => 1_763_715_600_000, sleep: sleepUntilAborted };

const numbered = (count: number, value = "v"): readonly KvPair[] =>
  Array.from({ length: count }, (_, index) => ({ key: `k/${index}`, value: `${value}${index}` }));

describe("put()", () => {
  test("writes what read() and the namespace then have", async () => {
    const { client, cloudflare, namespaceId } = await startTestNamespace();
    const odd = { key: "a/b?c=d&e#f %2F ü😀", value: "\u0000“quoted”\n" };
    await client.put([PAIR, odd]);
    expect(cloudflare.keys(namespaceId)).toEqual([odd.key, PAIR.key]);
    expect(cloudflare.value(namespaceId, odd.key)).toBe(odd.value);
    expect(await client.read(PAIR.key)).toBe(PAIR.value);
    expect(await client.read(odd.key)).toBe(odd.value);
  });

  test("asks nothing when there is nothing to write", async () => {
    const { client, cloudflare } = await startTestNamespace();
    await client.put([]);
    await client.remove([]);
    expect(cloudflare.requests).toEqual([]);
  });

  test("takes the last of several pairs of one key, in one write", async () => {
    const { client, cloudflare, namespaceId, bulkStatuses, clock } = await startTestNamespace();
    await client.put([PAIR, { ...PAIR, value: "2" }, { ...PAIR, value: "3" }]);
    expect(cloudflare.value(namespaceId, PAIR.key)).toBe("3");
    expect(bulkStatuses()).toEqual([200]);
    expect(clock.sleeps).toEqual([]);
  });

  test("writes 25,000 pairs in three calls", async () => {
    const { client, cloudflare, namespaceId, bulkStatuses } = await startTestNamespace();
    await client.put(numbered(25_000));
    expect(bulkStatuses()).toEqual([200, 200, 200]);
    expect(cloudflare.keys(namespaceId)).toHaveLength(25_000);
    expect(cloudflare.value(namespaceId, "k/24999")).toBe("v24999");
  });

  test.each<[string, string, KvPair]>([
    ["a key of 513 bytes", "KV_PAIR_TOO_LARGE", { key: "ü".repeat(256) + "x", value: "" }],
    ["a value of more than 25 MiB", "KV_PAIR_TOO_LARGE", tooLong("x", 25 * 1024 * 1024 + 1)],
    ["a value no call takes as JSON", "KV_PAIR_TOO_LARGE", tooLong("\u0001", 16_700_000)],
    ["no key", "KV_KEY_INVALID", { key: "", value: "" }],
    ["a key that paths cannot hold", "KV_KEY_INVALID", { key: "..", value: "" }],
  ])("refuses %s and sends nothing", async (_what, code, pair) => {
    const { client, cloudflare } = await startTestNamespace();
    await expect(client.put([PAIR, pair])).rejects.toMatchObject({ name: "UsageError", code });
    expect(cloudflare.requests).toEqual([]);
  });

  test("takes the longest key there may be", async () => {
    const { client } = await startTestNamespace();
    const key = "ü".repeat(256);
    await client.put([{ key, value: "1" }]);
    expect(await client.read(key)).toBe("1");
  });

  test("lets a second pass between two writes of one key, and none between those of others", async () => {
    const { client, cloudflare, namespaceId, bulkStatuses, clock } = await startTestNamespace();
    await client.put([PAIR]);
    await client.put([{ key: "other", value: "" }]);
    expect(clock.sleeps).toEqual([]);
    await client.put([{ ...PAIR, value: "2" }]);
    await client.remove([PAIR.key]);
    expect(clock.sleeps).toEqual([1100, 1100]);
    expect(bulkStatuses()).toEqual([200, 200, 200, 200]);
    expect(cloudflare.keys(namespaceId)).toEqual(["other"]);
  });

  test("keeps the order of writes of one key that are asked for at once", async () => {
    const { client, cloudflare, namespaceId, bulkStatuses } = await startTestNamespace();
    const puts = ["1", "2", "3", "4"].map(async (value) => client.put([{ ...PAIR, value }]));
    await Promise.all(puts);
    expect(cloudflare.value(namespaceId, PAIR.key)).toBe("4");
    expect(bulkStatuses()).toEqual([200, 200, 200, 200]);
  });

  test("does not make a key wait for a write of others that takes for ever", async () => {
    const { access, cloudflare, namespaceId } = await startTestNamespace();
    const client = createKvNamespaceClient(access, { clock: STANDING });
    cloudflare.faults.add({ kind: "status", status: 500, path: "/bulk" });
    const controller = new AbortController();
    const stuck = client.put([PAIR], controller.signal);
    await expect.poll(() => cloudflare.requests.length).toBe(1);
    await client.put([{ key: "other", value: "" }]);
    expect(cloudflare.keys(namespaceId)).toEqual(["other"]);
    controller.abort(new Error("enough"));
    await expect(stuck).rejects.toThrow("enough");
  });

  test("writes again what Cloudflare says was not written, and only that", async () => {
    const { client, cloudflare, namespaceId, bulkStatuses } = await startTestNamespace();
    cloudflare.faults.add({ kind: "unsuccessful", keys: 3 }, { kind: "unsuccessful", keys: 1 });
    await client.put(numbered(5));
    // Both fell on the first call, which so left four keys.
    expect(bulkStatuses()).toEqual([200, 200]);
    expect(cloudflare.keys(namespaceId)).toHaveLength(5);
  });

  test("gives up on keys that are never written", async () => {
    const { client, cloudflare, bulkStatuses } = await startTestNamespace();
    cloudflare.faults.add({ kind: "unsuccessful", keys: 2, times: 100 });
    const put = client.put(numbered(5));
    await expect(put).rejects.toMatchObject({ code: "CLOUDFLARE_UNREACHABLE" });
    await expect(put).rejects.toThrow("2 were not after 5 tries");
    expect(bulkStatuses()).toHaveLength(5);
  });
});

describe("remove()", () => {
  test("deletes what there is, in as few calls as may be, and is fine with what there is not", async () => {
    const { client, cloudflare, namespaceId, bulkStatuses } = await startTestNamespace();
    await client.put([PAIR]);
    await client.remove([PAIR.key, ...numbered(10_000).map(({ key }) => key), PAIR.key]);
    expect(cloudflare.keys(namespaceId)).toEqual([]);
    expect(bulkStatuses()).toEqual([200, 200, 200]);
    expect(await client.read(PAIR.key)).toBeUndefined();
  });
});

describe("a call", () => {
  test.each([
    ["500", { kind: "status", status: 500 }],
    ["503 with Retry-After", { kind: "status", status: 503, retryAfterSeconds: 2 }],
    ["429 without a time", { kind: "status", status: 429 }],
    ["a connection that ends before", { kind: "cut", when: "beforeEffect" }],
    ["a connection that ends in the answer", { kind: "cut" }],
  ] as const)("is made again after %s", async (_what, fault) => {
    const { client, cloudflare, namespaceId } = await startTestNamespace();
    cloudflare.faults.add({ ...fault, times: 4 });
    await client.put([PAIR]);
    expect(cloudflare.value(namespaceId, PAIR.key)).toBe(PAIR.value);
  });

  test.each([
    ["500", "CLOUDFLARE_UNREACHABLE", { kind: "status", status: 500 }],
    ["429", "CLOUDFLARE_RATE_LIMITED", { kind: "status", status: 429, retryAfterSeconds: 1 }],
    ["connections that end", "CLOUDFLARE_UNREACHABLE", { kind: "cut" }],
  ] as const)("is made five times, and no more, while there are %s", async (_what, code, fault) => {
    const { client, cloudflare } = await startTestNamespace();
    cloudflare.faults.add({ ...fault, times: 100 });
    await expect(client.read("k")).rejects.toMatchObject({ name: "CloudflareError", code });
    expect(cloudflare.requests).toHaveLength(5);
  });

  test.each([429, 503])("waits as long as Cloudflare says with %i", async (status) => {
    const { client, cloudflare, clock } = await startTestNamespace();
    const start = clock.now();
    cloudflare.faults.add({ kind: "status", status, retryAfterSeconds: 40 });
    await client.put([PAIR]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(40_000);
  });

  test("fails at once when Cloudflare says to wait for minutes, and says until when", async () => {
    const { client, cloudflare, clock } = await startTestNamespace();
    cloudflare.faults.add({ kind: "status", status: 429, retryAfterSeconds: 300 });
    const retryAt = clock.now() + 300_000;
    const limited = { code: "CLOUDFLARE_RATE_LIMITED", retryAt };
    await expect(client.put([PAIR])).rejects.toMatchObject(limited);
    await expect(client.read("k")).rejects.toMatchObject(limited);
    expect(cloudflare.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });

  test("keeps below the limit of the API, whatever is asked", async () => {
    const { client, cloudflare, clock } = await startTestNamespace();
    const start = clock.now();
    for (let index = 0; index < 1500; index += 1) await client.read("k");
    const times = cloudflare.requests.map(({ at }) => at);
    const busiest = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 300_000).length),
    );
    expect(busiest).toBeLessThanOrEqual(1000);
    expect(cloudflare.requests.every(({ status }) => status === 404)).toBe(true);
    expect(clock.now() - start).toBeLessThan(600_000);
  });

  test("of a token that may not is refused, once, and the error does not hold it", async () => {
    const { access, cloudflare } = await startTestNamespace();
    const apiToken = cloudflare.addToken(["scripts"]);
    const error: unknown = await createKvNamespaceClient({ ...access, apiToken })
      .put([PAIR])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "CLOUDFLARE_REFUSED", status: 403, errorCodes: [10000] });
    expect(String(error)).toContain("Workers KV Storage: Edit");
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(apiToken);
    expect(cloudflare.requests).toHaveLength(1);
  });

  test("about a namespace there is not is refused, not taken for a missing key", async () => {
    const { access } = await startTestNamespace();
    const client = createKvNamespaceClient({ ...access, namespaceId: "0".repeat(32) });
    const refused = { code: "CLOUDFLARE_REFUSED", status: 404, errorCodes: [10013] };
    await expect(client.read("k")).rejects.toMatchObject(refused);
    await expect(client.put([PAIR])).rejects.toMatchObject(refused);
  });

  test.each([
    ["no JSON", 200, "<html>"],
    ["JSON that is not Cloudflare's", 200, '{"ok":true}'],
    ["a redirect", 302, ""],
  ])("that gets %s is refused", async (_what, status, body) => {
    const { access } = await startTestNamespace();
    const apiUrl = await startAnswering(status, body);
    await expect(createKvNamespaceClient({ ...access, apiUrl }).put([PAIR])).rejects.toMatchObject({
      code: "CLOUDFLARE_REFUSED",
      status,
    });
  });

  test("ends when it is aborted, with the reason of the signal", async () => {
    const { access, cloudflare } = await startTestNamespace();
    const client = createKvNamespaceClient(access, { clock: STANDING });
    cloudflare.faults.add({ kind: "status", status: 500 });
    const controller = new AbortController();
    const put = client.put([PAIR], controller.signal);
    await expect.poll(() => cloudflare.requests.length).toBe(1);
    const waiting = client.put([PAIR], controller.signal);
    controller.abort(new Error("enough"));
    await expect(put).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("enough");
    await expect(client.read("k", controller.signal)).rejects.toThrow("enough");
    expect(cloudflare.requests).toHaveLength(1);
  });
});

describe("createKvNamespaceClient()", () => {
  test.each([
    "http://api.cloudflare.com/client/v4",
    "ftp://127.0.0.1",
    "api.cloudflare.com",
    "https://user:hunter2@api.cloudflare.com",
  ])("refuses the address %s and does not repeat a password", async (apiUrl) => {
    const access = { accountId: "a", namespaceId: "n", apiToken: "t", apiUrl };
    expect(() => createKvNamespaceClient(access)).toThrow(
      expect.objectContaining({ code: "CLOUDFLARE_URL_INVALID" }),
    );
    expect(() => createKvNamespaceClient(access)).not.toThrow("hunter2");
  });

  test.each(["", "two words", "line\n"])("refuses a token like %j", (apiToken) => {
    const access = { accountId: "a", namespaceId: "n", apiToken };
    expect(() => createKvNamespaceClient(access)).toThrow(
      expect.objectContaining({ code: "CLOUDFLARE_TOKEN_INVALID" }),
    );
  });

  test("asks Cloudflare itself unless told otherwise", async () => {
    const urls: string[] = [];
    const client = createKvNamespaceClient({
      accountId: "a",
      namespaceId: "n",
      apiToken: "t",
      fetch: async (input) => {
        urls.push(input instanceof Request ? input.url : input.toString());
        return Promise.resolve(new Response("v"));
      },
    });
    expect(await client.read("a/b")).toBe("v");
    expect(urls).toEqual([
      "https://api.cloudflare.com/client/v4/accounts/a/storage/kv/namespaces/n/values/a%2Fb",
    ]);
  });
});

function tooLong(character: string, length: number): KvPair {
  return { key: "k", value: character.repeat(length) };
}

async function startAnswering(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { location: "http://127.0.0.1:1/" });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // A server that listens on a port has an address of this shape.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function sleepUntilAborted(_ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise((_resolve, reject) => {
    const stop = (): void => reject(new Error("the sleep was aborted"));
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop);
  });
}
