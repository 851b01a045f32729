import { describe, expect, test } from "vitest";
import { textLike } from "../testing/matching.ts";
import { startTestCloudflare } from "./testing/test-cloudflare.ts";

const GOOD = { key: "good", value: "" };

const failed = (code: number) => ({
  success: false,
  errors: [{ code, message: textLike(/./) }],
  messages: [],
  result: null,
});

const done = (count: number) => ({ successful_key_count: count, unsuccessful_keys: [] });

const pairs = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "v" }));

describe("the KV API", () => {
  test("keeps a value under a key with anything in it", async () => {
    const { call } = await startTestCloudflare();
    const path = `ns/values/${encodeURIComponent("a/b?c%2Fd ü")}`;
    expect(await call(`PUT ${path}`, { body: "1" })).toMatchObject({
      status: 200,
      body: { success: true, errors: [], messages: [], result: null },
    });
    expect(await call(`GET ${path}`)).toMatchObject({ status: 200, text: "1" });
    expect(await call("GET ns/keys")).toMatchObject({
      body: { result: [{ name: "a/b?c%2Fd ü" }] },
    });
  });

  test("answers 404 with 10009 for a key that is not there", async () => {
    const { call } = await startTestCloudflare();
    expect(await call("GET ns/values/a")).toMatchObject({ status: 404, body: failed(10009) });
    expect(await call("GET ns/metadata/a")).toMatchObject({ status: 404, body: failed(10009) });
  });

  test("takes metadata and a time to live from a form", async () => {
    const { call, clock } = await startTestCloudflare();
    const form = new FormData();
    form.set("value", "1");
    form.set("metadata", '{"m":1}');
    expect(await call("PUT ns/values/a?expiration_ttl=60", { body: form })).toMatchObject({
      status: 200,
    });
    expect(await call("GET ns/values/a")).toMatchObject({ text: "1" });
    expect(await call("GET ns/metadata/a")).toMatchObject({ body: { result: { m: 1 } } });
    clock.advance(60_000);
    expect(await call("GET ns/values/a")).toMatchObject({ status: 404 });
    expect(await call("GET ns/keys")).toMatchObject({ body: { result: [] } });
  });

  test("writes, reads and deletes in bulk", async () => {
    const { call, clock } = await startTestCloudflare();
    const body = [...pairs(2), { key: "base64", value: "aGk=", base64: true }];
    expect(await call("PUT ns/bulk", { body })).toMatchObject({
      status: 200,
      body: { result: done(3) },
    });
    expect(
      await call("POST ns/bulk/get", { body: { keys: ["k0", "base64", "no"] } }),
    ).toMatchObject({ body: { result: { values: { k0: "v", base64: "hi", no: null } } } });
    const json = { keys: ["k0"], type: "json" };
    expect(await call("POST ns/bulk/get", { body: json })).toMatchObject({ status: 400 });
    clock.advance(1000);
    expect(await call("POST ns/bulk/delete", { body: ["k0", "base64", "no"] })).toMatchObject({
      body: { result: done(3) },
    });
    expect(await call("GET ns/keys")).toMatchObject({ body: { result: [{ name: "k1" }] } });
  });

  test.each<[string, number, unknown]>([
    ["more than 10,000 pairs", 400, pairs(10_001)],
    ["a pair without a value", 400, [GOOD, { key: "a" }]],
    ["an empty key", 400, [GOOD, { key: "", value: "" }]],
    ["a key of more than 512 bytes", 414, [GOOD, { key: "k".repeat(513), value: "" }]],
    ["an expiration in less than 60 s", 400, [GOOD, { key: "a", value: "", expiration_ttl: 59 }]],
    [
      "metadata of more than 1024 bytes",
      413,
      [GOOD, { key: "a", value: "", metadata: "m".repeat(1024) }],
    ],
    ["no array", 400, { key: "a", value: "" }],
    ["no JSON", 400, "{"],
  ])("refuses %s, for the whole call", async (_what, status, body) => {
    const { call, cloudflare, namespaceId } = await startTestCloudflare();
    expect(await call("PUT ns/bulk", { body })).toMatchObject({ status });
    expect(cloudflare.keys(namespaceId)).toEqual([]);
  });

  test("takes a value of 25 MiB, no longer one, and no call of 100 megabytes", async () => {
    const { call, clock } = await startTestCloudflare();
    const value = "v".repeat(25 * 1024 * 1024);
    expect(await call("PUT ns/values/a", { body: value })).toMatchObject({ status: 200 });
    clock.advance(1000);
    expect(await call("PUT ns/values/a", { body: `${value}v` })).toMatchObject({ status: 413 });
    const many = "abcd".split("").map((key) => ({ key, value }));
    expect(await call("PUT ns/bulk", { body: many })).toMatchObject({ status: 413 });
  });

  test("takes one write of a key a second", async () => {
    const { call, clock } = await startTestCloudflare();
    const put = async (value: string) => call("PUT ns/values/a", { body: value });
    await put("1");
    clock.advance(999);
    expect(await put("2")).toMatchObject({ status: 429 });
    const body = [
      { key: "a", value: "3" },
      { key: "b", value: "3" },
      { key: "b", value: "4" },
    ];
    expect(await call("PUT ns/bulk", { body })).toMatchObject({
      body: { result: { successful_key_count: 1, unsuccessful_keys: ["a", "b"] } },
    });
    clock.advance(1);
    expect(await put("5")).toMatchObject({ status: 200 });
    expect(await call("GET ns/values/b")).toMatchObject({ text: "3" });
  });

  test("lists keys in the order of their bytes, page by page, with a prefix", async () => {
    const { call } = await startTestCloudflare();
    const names = Array.from({ length: 25 }, (_, index) => `p/${String(index).padStart(2, "0")}`);
    const body = [...names, "o", "q", "p/ü"].map((key) => ({ key, value: "" }));
    await call("PUT ns/bulk", { body: body.toReversed() });
    const listed: unknown[] = [];
    let cursor = "";
    let pages = 0;
    do {
      const page = await call(`GET ns/keys?prefix=p/&limit=10&cursor=${cursor}`);
      // The shape the next lines check.
      const { result, result_info: info } = page.body as {
        result: { name: string }[];
        result_info: { count: number; cursor: string };
      };
      expect(info.count).toBe(result.length);
      listed.push(...result.map(({ name }) => name));
      cursor = info.cursor;
      pages += 1;
    } while (cursor !== "");
    expect(listed).toEqual([...names, "p/ü"]);
    expect(pages).toBe(3);
    expect(await call("GET ns/keys?limit=9")).toMatchObject({ status: 400 });
  });

  test("makes, lists and names namespaces, each title once", async () => {
    const { call, namespaceId } = await startTestCloudflare();
    const made = await call("POST storage/kv/namespaces", { body: { title: "live" } });
    expect(made).toMatchObject({
      body: { result: { id: textLike(/^[0-9a-f]{32}$/), title: "live" } },
    });
    expect(await call("POST storage/kv/namespaces", { body: { title: "live" } })).toMatchObject({
      status: 400,
      body: failed(10014),
    });
    expect(await call("GET storage/kv/namespaces?per_page=1&page=2")).toMatchObject({
      body: { result: [{ title: "live" }], result_info: { count: 1, total_count: 2 } },
    });
    expect(await call("GET ns")).toMatchObject({ body: { result: { id: namespaceId } } });
    expect(await call("GET storage/kv/namespaces/nobody/keys")).toMatchObject({
      status: 404,
      body: failed(10013),
    });
  });
});

describe("who may call", () => {
  test("nobody without a token, with another, or about another account", async () => {
    const { call, cloudflare } = await startTestCloudflare();
    expect(await call("GET ns/keys", { token: null })).toMatchObject({ status: 400 });
    expect(await call("GET ns/keys", { token: "another" })).toMatchObject({
      status: 403,
      body: failed(10000),
    });
    const url = `${cloudflare.apiUrl}/accounts/another/workers/scripts`;
    const headers = { authorization: `Bearer ${cloudflare.apiToken}` };
    expect(await fetch(url, { headers })).toMatchObject({ status: 403 });
  });

  test("a token calls what it may, and nothing else", async () => {
    const { call, cloudflare } = await startTestCloudflare();
    const token = cloudflare.addToken(["kv"]);
    expect(await call("GET ns/keys", { token })).toMatchObject({ status: 200 });
    for (const operation of ["GET workers/scripts", "GET queues"]) {
      expect(await call(operation, { token })).toMatchObject({ status: 403, body: failed(10000) });
      expect(await call(operation)).toMatchObject({ status: 200 });
    }
  });

  test("a token is told whether it is one", async () => {
    const { cloudflare } = await startTestCloudflare();
    const verify = async (token: string) =>
      fetch(`${cloudflare.apiUrl}/user/tokens/verify`, {
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await verify(cloudflare.addToken([]))).status).toBe(200);
    expect((await verify("another")).status).toBe(401);
  });

  test("a token that calls too often is told how long to wait, and no other", async () => {
    const { call, cloudflare } = await startTestCloudflare({
      callLimit: { calls: 2, windowMs: 300_000 },
    });
    const other = cloudflare.addToken();
    expect((await call("GET ns/keys")).headers.get("ratelimit")).toBe('"default";r=1;t=300');
    await call("GET ns/keys");
    const blocked = await call("GET ns/keys");
    expect(blocked).toMatchObject({ status: 429, body: failed(971) });
    expect(blocked.headers.get("retry-after")).toBe("300");
    expect(await call("GET ns/keys", { token: other })).toMatchObject({ status: 200 });
  });

  test("nothing is found at a path there is not, nor with another method", async () => {
    const { call } = await startTestCloudflare();
    expect(await call("GET pages/projects")).toMatchObject({ status: 404, body: failed(7003) });
    expect(await call("PATCH ns/bulk")).toMatchObject({ status: 405 });
  });
});
