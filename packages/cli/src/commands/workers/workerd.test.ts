import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startWorkerd } from "@holdfast/runtime/workers-tools";
import { expect, onTestFinished, test } from "vitest";
import { run, runJson } from "../../testing/run.ts";
import { makeSecrets, startWorkersWorld } from "../../workers/testing/workers-world.ts";
import type { WorkersWorld } from "../../workers/testing/workers-world.ts";

const PUBLISH = "workers publish --app yoga --environment sandbox";

/** Builds the world's Worker and runs it; returns where it answers. */
async function startBuilt(world: WorkersWorld, runtimeSecret: string): Promise<string> {
  expect(await run(world.io, "workers build")).toBe(0);
  const workerd = await startWorkerd({
    code: await readFile(join(world.io.cwd, "deploy/workers/build/worker.js"), "utf8"),
    bindings: { HOLDFAST_RUNTIME_SECRET: runtimeSecret },
    kvUrl: await world.cloudflare.kvUrl(world.namespaceId),
  });
  onTestFinished(() => workerd.stop());
  return workerd.url;
}

test("what workers build and publish make, a real workerd answers by", async () => {
  await using world = await startWorkersWorld();
  const { io } = world;
  const url = await startBuilt(world, world.secrets.HOLDFAST_RUNTIME_SECRET);
  const published = await runJson(io, `${PUBLISH} --url ${url}`);
  expect([published.code, published.json["worker"]]).toEqual([
    0,
    { url, arrived: true, waitedMs: 0 },
  ]);
  const { code, json } = await runJson(io, `workers status --url ${url}`);
  expect(code).toBe(0);
  const { label } = published.json;
  expect(json).toMatchObject({ places: [{ state: "ok", worker: { ok: true, snapshot: label } }] });
});

test("a real workerd says what docs/workers.md says of it before anything is published", async () => {
  await using world = await startWorkersWorld();
  const url = await startBuilt(world, world.secrets.HOLDFAST_RUNTIME_SECRET);
  const page = await readFile(new URL("../../../../../docs/workers.md", import.meta.url), "utf8");
  const [, shown = ""] = /```json\n(.+?)\n```/s.exec(page) ?? [];
  expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject(
    // The page's own example.
    JSON.parse(shown) as object,
  );
});

test("workers status tells of a Worker with another runtime secret", async () => {
  await using world = await startWorkersWorld();
  const url = await startBuilt(world, makeSecrets().HOLDFAST_RUNTIME_SECRET);
  expect(await run(world.io, `${PUBLISH} --url ${url} --timeout 3s`)).toBe(5);
  expect(await run(world.io, `workers status --url ${url}`)).toBe(1);
  expect(world.io.out()).toMatch(/yoga +sandbox +unhealthy .*WIRE_SEAL_BROKEN/);
});
