import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProvisioningWorld } from "../provisioning/testing/provisioning-world.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

const LIVE = ".holdfast/publications/yoga.sandbox.live.json";

test("deploy --data applies and publishes, with the key that signs offers, sealed", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  const { code, json } = await runJson(
    io,
    "deploy --app yoga --environment sandbox --data .holdfast --wait",
  );
  expect(code).toBe(0);
  expect(json).toMatchObject({
    applied: { outcome: "complete" },
    published: { label: "yoga_sandbox_2026_11_21_1", sequence: 1, warnings: [] },
  });
  expect(emulator.defaults(sandbox)).toHaveLength(3);
  const live = await readFile(join(io.cwd, LIVE), "utf8");
  expect(live).toContain("signingKey");
  expect(live).not.toContain("PRIVATE KEY");
});

test("deploy --data remembers what the snapshot uses", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  await run(io, "deploy --app yoga --environment sandbox --data .holdfast --state state.json");
  const state = JSON.parse(await readFile(join(io.cwd, "state.json"), "utf8")) as {
    readonly uses: readonly { readonly kind: string; readonly name: string }[];
  };
  expect(state.uses).toMatchObject([
    { kind: "apply", name: "flow.yaml" },
    { kind: "publication", name: "yoga_sandbox_2026_11_21_1" },
  ]);
});

test("deploy --data publishes nothing while something waits for approval", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator } = world;
  emulator.grantPerformanceTestPass("yoga");
  const { code, json } = await runJson(
    io,
    "deploy --app yoga --environment production --data .holdfast",
  );
  expect(code).toBe(5);
  expect(json["published"]).toBeNull();
  await expect(readFile(join(io.cwd, LIVE.replace("sandbox", "production")))).rejects.toThrow();
});

test("deploy --data publishes before it sets the URL Apple asks", async () => {
  await using world = await createProvisioningWorld();
  const { emulator, sandbox } = world;
  const seen: unknown[] = [];
  const io: FakeIo = {
    ...world.io,
    async fetch(url, init) {
      if (init.method === "PUT" && url.endsWith("/realtime/url")) {
        const live = await readFile(join(world.io.cwd, LIVE), "utf8");
        seen.push([live.includes("publication"), emulator.defaults(sandbox).length]);
      }
      return world.io.fetch(url, init);
    },
  };
  expect(await run(io, "deploy --app yoga --environment sandbox --data .holdfast")).toBe(0);
  expect(seen).toEqual([[true, 3]]);
  expect(emulator.getRealtimeUrl(sandbox)).toBeDefined();
});

test("deploy --data sends nothing with a data directory that cannot be used", async () => {
  await using world = await createProvisioningWorld();
  const line = "deploy --app yoga --environment sandbox --data flow.yaml --output json";
  expect(await run(world.io, line)).toBe(2);
  expect(errorOf(world.io)["code"]).toBe("DATA_DIRECTORY_UNUSABLE");
  expect(world.emulator.images(world.sandbox)).toEqual([]);
});

test("deploy --data tells what was applied when publishing fails after that, and sets no URL", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  // A file where the publications go.
  await writeFiles(io, { ".holdfast/publications": "" });
  const { code, json } = await runJson(
    io,
    "deploy --app yoga --environment sandbox --data .holdfast",
  );
  expect(code).toBe(1);
  expect(json).toMatchObject({
    applied: { outcome: "failed", notTried: [{ kind: "realtimeUrl" }] },
    published: null,
    error: { code: "PUBLICATION_UNWRITABLE" },
  });
  expect(emulator.defaults(sandbox)).toHaveLength(3);
  expect(() => emulator.getRealtimeUrl(sandbox)).toThrow("No real-time URL");
  await rm(join(io.cwd, ".holdfast/publications"));
  expect(await run(io, "deploy --app yoga --environment sandbox --data .holdfast")).toBe(0);
  expect(emulator.getRealtimeUrl(sandbox)).toBeDefined();
});

test.each([
  ["an app", "deploy --environment sandbox --data .holdfast", 2, "OPTION_MISSING"],
  [
    "a flow that is valid",
    "deploy catalog.json --app yoga --environment sandbox --data .holdfast",
    2,
    "FLOW_INVALID",
  ],
  [
    "leave to write",
    "deploy --app yoga --environment sandbox --data .holdfast --read-only",
    6,
    "READ_ONLY",
  ],
])("deploy --data needs %s, and sends nothing without", async (_, line, exitCode, code) => {
  await using world = await createProvisioningWorld();
  expect(await run(world.io, `${line} --output json`)).toBe(exitCode);
  expect(errorOf(world.io)["code"]).toBe(code);
  expect(world.emulator.images(world.sandbox)).toEqual([]);
});
