import { startWorkerd } from "@holdfast/runtime/workers-tools";
import { expect, onTestFinished, test } from "vitest";
import { startTestCloudflare } from "./testing/test-cloudflare.ts";

/** Does with its namespace what it is told, and answers what came of it. */
const CODE = `
  const does = {
    get: (kv, key, options) => kv.get(key, options),
    getWithMetadata: (kv, key) => kv.getWithMetadata(key),
    put: (kv, key, value, options) => kv.put(key, value, options),
    delete: (kv, key) => kv.delete(key),
    list: (kv, options) => kv.list(options),
  };
  export default {
    async fetch(request, env) {
      const [operation, ...details] = await request.json();
      try {
        const result = await does[operation](env.HOLDFAST_KV, ...details);
        return Response.json({ result: result instanceof Map ? [...result] : result });
      } catch (error) {
        return Response.json({ error: error.message });
      }
    },
  };
`;

async function startWorker(options: Parameters<typeof startTestCloudflare>[0] = {}) {
  const started = await startTestCloudflare(options);
  const { cloudflare, namespaceId } = started;
  const kvUrl = await cloudflare.kvUrl(namespaceId);
  const workerd = await startWorkerd({ code: CODE, kvUrl });
  onTestFinished(() => workerd.stop());
  const ask = async (...what: readonly unknown[]): Promise<unknown> =>
    (await fetch(workerd.url, { method: "POST", body: JSON.stringify(what) })).json();
  return { ...started, ask };
}

test("a real workerd reads what the API writes, and the API what it writes", async () => {
  const { call, cloudflare, namespaceId, ask, clock } = await startWorker();
  const key = "live/a?b%2Fc ü";
  expect(await ask("get", key)).toEqual({ result: null });
  await call("PUT ns/bulk", { body: [{ key, value: "1", metadata: { m: 1 } }] });
  expect(await ask("get", key, { cacheTtl: 30 })).toEqual({ result: "1" });
  expect(await ask("getWithMetadata", key)).toMatchObject({
    result: { value: "1", metadata: { m: 1 } },
  });
  expect(await ask("get", [key, "no"])).toEqual({
    result: [
      [key, "1"],
      ["no", null],
    ],
  });
  expect(await ask("put", "own/1", "é", { metadata: [2], expirationTtl: 60 })).toEqual({});
  expect(cloudflare.value(namespaceId, "own/1")).toBe("é");
  expect(await call("GET ns/metadata/own%2F1")).toMatchObject({ body: { result: [2] } });
  expect(await ask("list", { prefix: "own/" })).toMatchObject({
    result: { keys: [{ name: "own/1", metadata: [2] }], list_complete: true },
  });
  clock.advance(1000);
  expect(await ask("delete", key)).toEqual({});
  expect(cloudflare.keys(namespaceId)).toEqual(["own/1"]);
});

test("a real workerd lists page by page", async () => {
  const { call, ask } = await startWorker();
  const names = ["a", "b", "c"];
  await call("PUT ns/bulk", { body: names.map((key) => ({ key, value: "" })) });
  const first = await ask("list", { limit: 2 });
  expect(first).toMatchObject({
    result: { keys: [{ name: "a" }, { name: "b" }], list_complete: false },
  });
  // As the line before has seen.
  const { cursor } = (first as { result: { cursor: string } }).result;
  expect(await ask("list", { limit: 2, cursor })).toMatchObject({
    result: { keys: [{ name: "c" }], list_complete: true },
  });
});

test("a real workerd hears of limits, and of what goes wrong", async () => {
  const { cloudflare, ask } = await startWorker();
  await ask("put", "a", "1");
  expect(await ask("put", "a", "2")).toEqual({ error: "KV PUT failed: 429 Too Many Requests" });
  expect(await ask("get", "a", { cacheTtl: 29 })).toMatchObject({ error: /30/ });
  cloudflare.faults.add({ on: "kv", kind: "status", status: 503 });
  expect(await ask("get", "a")).toEqual({ error: "KV GET failed: 503 Service Unavailable" });
  cloudflare.faults.add({ on: "kv", kind: "cut", when: "beforeEffect" });
  expect(await ask("get", "a")).toHaveProperty("error");
  expect(await ask("get", "a")).toEqual({ result: "1" });
});
