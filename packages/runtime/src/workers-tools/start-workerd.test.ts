import { createServer } from "node:http";
import { readdir } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { startWorkerd } from "./start-workerd.ts";
import type { RunningWorkerd, WorkerdOptions } from "./start-workerd.ts";

/** Starts a Worker of a test. */
async function start(options: WorkerdOptions): Promise<RunningWorkerd> {
  const workerd = await startWorkerd(options);
  onTestFinished(() => workerd.stop());
  return workerd;
}

/** Answers a KV namespace's or a queue's requests, and returns its URL and what was asked. */
async function startService(answer: (path: string) => string | undefined) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = `${request.method} ${request.url}`;
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(`${path} ${body}`.trim());
      const found = answer(path);
      response.writeHead(found === undefined ? 404 : 200).end(found);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  // A server that listens on a port has one.
  const { port } = server.address() as { readonly port: number };
  return { url: `http://127.0.0.1:${port}`, asked };
}

const workerOf = (handlers: string): string => `export default { ${handlers} };`;

test("startWorkerd() runs a Worker with its bindings, and leaves no file of it", async () => {
  const code = workerOf(
    `fetch: (request, env) => new Response(JSON.stringify([new URL(request.url).pathname, env]))`,
  );
  const secret = 'of "two"\nlines \\';
  const directory = await temporaryDirectory();
  vi.stubEnv("TMPDIR", directory);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { url } = await start({ code, bindings: { HOLDFAST_SECRET: secret } });
  await expect(readdir(directory)).resolves.toEqual([]);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${url}/somewhere`);
  await expect(response.json()).resolves.toEqual(["/somewhere", { HOLDFAST_SECRET: secret }]);
});

test("startWorkerd() binds a namespace that another server answers for", async () => {
  const kv = await startService((path) => (path.includes("live%2Fyoga") ? "the value" : undefined));
  const code = workerOf(`async fetch(request, { HOLDFAST_KV }) {
    const read = ["live/yoga", "stops/yoga"].map((key) => HOLDFAST_KV.get(key, { cacheTtl: 30 }));
    return Response.json(await Promise.all(read));
  }`);
  const { url } = await start({ code, kvUrl: kv.url });
  await expect((await fetch(url)).json()).resolves.toEqual(["the value", null]);
  expect(kv.asked.toSorted()).toEqual([
    "GET /live%2Fyoga?urlencoded=true&cache_ttl=30",
    "GET /stops%2Fyoga?urlencoded=true&cache_ttl=30",
  ]);
});

test("startWorkerd() binds a queue that another server takes", async () => {
  const queue = await startService(() =>
    JSON.stringify({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }),
  );
  const code = workerOf(`async fetch(request, { HOLDFAST_DECISIONS }) {
    await HOLDFAST_DECISIONS.send({ decision: 1 }, { contentType: "json" });
    return new Response();
  }`);
  const { url } = await start({ code, queueUrl: queue.url });
  expect((await fetch(url)).status).toBe(200);
  expect(queue.asked).toEqual(['POST /message {"decision":1}']);
});

test("startWorkerd() lets a Worker reach this machine, and hands on what it logs", async () => {
  const service = await startService(() => "hello");
  const lines: string[] = [];
  const code = workerOf(`async fetch(request, { TARGET }) {
    console.log("asking");
    return fetch(TARGET);
  }`);
  const onLine = (line: string): void => void lines.push(line);
  const { url } = await start({ code, bindings: { TARGET: service.url }, onLine });
  await expect((await fetch(url)).text()).resolves.toBe("hello");
  await expect.poll(() => lines).toContain("asking");
});

const EVENTS = workerOf(`
  async scheduled({ cron, scheduledTime }) {
    console.log("cron", cron, scheduledTime);
    if (cron === "bad") throw new Error("no");
  },
  async queue({ queue, messages }) {
    for (const { id, body, timestamp, attempts } of messages) {
      console.log(queue, id, JSON.stringify(body), timestamp.getTime(), attempts);
    }
    messages[1].retry();
  },`);

test("scheduled() runs the cron's handler and says how it ended", async () => {
  const lines: string[] = [];
  const workerd = await start({ code: EVENTS, onLine: (line) => void lines.push(line) });
  const at = Date.UTC(2026, 10, 21);
  await expect(workerd.scheduled({ cron: "0 * * * *", at })).resolves.toMatchObject({
    outcome: "ok",
  });
  await expect.poll(() => lines).toContain(`cron 0 * * * * ${at}`);
  await expect(workerd.scheduled({ cron: "bad", at })).resolves.toMatchObject({
    outcome: "exception",
  });
});

test("queue() delivers a batch and says what is to be tried again", async () => {
  const lines: string[] = [];
  const workerd = await start({ code: EVENTS, onLine: (line) => void lines.push(line) });
  const outcome = await workerd.queue("decisions", [
    { id: "a", at: 5, attempts: 1, body: { of: "a" } },
    { id: "b", at: 6, attempts: 2, body: null },
  ]);
  expect(outcome).toMatchObject({ outcome: "ok", retryMessages: [{ msgId: "b" }] });
  await expect
    .poll(() => lines)
    .toEqual(expect.arrayContaining(['decisions a {"of":"a"} 5 1', "decisions b null 6 2"]));
});

test("stop() ends exactly this process", async () => {
  const code = workerOf(`fetch: () => new Response("up")`);
  const [one, other] = [await start({ code }), await start({ code })];
  await fetch(one.url);
  await one.stop();
  await one.ended;
  expect(() => process.kill(one.pid, 0)).toThrow("ESRCH");
  await expect((await fetch(other.url)).text()).resolves.toBe("up");
});

test("startWorkerd() says what workerd said when it does not start", async () => {
  await expect(startWorkerd({ code: "export default {" })).rejects.toMatchObject({
    code: "WORKERD_FAILED",
    message: expect.stringContaining("SyntaxError") as string,
  });
});

test("startWorkerd() says so when the runner is not there", async () => {
  const code = workerOf(`fetch: () => new Response("up")`);
  await expect(startWorkerd({ code, runner: ["/no/such/runner"] })).rejects.toMatchObject({
    code: "WORKERD_FAILED",
  });
});

test.each([
  ["a name that is none", { bindings: { 'A" evil': "" } }],
  ["a namespace behind a path", { kvUrl: "http://127.0.0.1:1/kv" }],
  ["a namespace behind TLS", { kvUrl: "https://127.0.0.1:1" }],
])("startWorkerd() refuses %s", async (_, options) => {
  const code = workerOf(`fetch: () => new Response("up")`);
  await expect(startWorkerd({ code, ...options })).rejects.toMatchObject({
    code: "WORKERD_BINDING_INVALID",
  });
});
