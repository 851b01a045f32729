import { mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Io } from "../command.ts";
import { approveAll, createProvisioningWorld } from "../provisioning/testing/provisioning-world.ts";
import { errorOf, run, runJson } from "../testing/run.ts";

const LINE = "apply --environment sandbox";
const STATE = ".holdfast/provisioning/com.example.yoga.sandbox.json";
const DAY_MS = 24 * 60 * 60 * 1000;

async function rewriteFlow(cwd: string, from: string | RegExp, to: string): Promise<void> {
  const path = join(cwd, "flow.yaml");
  await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}

test("apply brings a flow to Apple, and does nothing the second time", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  const first = await runJson(io, LINE);
  expect(first.code).toBe(0);
  expect(first.json).toMatchObject({ format: "holdfast.apply/1", outcome: "complete" });
  expect(emulator.defaults(sandbox)).toHaveLength(3);
  expect(emulator.getRealtimeUrl(sandbox)).toBe(
    "https://retention.example.com/apple/retention/yoga/sandbox",
  );
  const state = await readFile(join(io.cwd, STATE), "utf8");
  expect((await stat(join(io.cwd, STATE))).mode & 0o777).toBe(0o600);
  const second = await runJson(io, LINE);
  expect(second.json).toMatchObject({ outcome: "complete", done: [] });
  expect(await readFile(join(io.cwd, STATE), "utf8")).toBe(state);
});

test("apply leaves what waits for approval with exit code 5, and finishes later", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, production } = world;
  emulator.grantPerformanceTestPass("yoga");
  expect(await run(io, "apply --environment production")).toBe(5);
  expect(io.out()).toContain("the rest waits for Apple's approval");
  approveAll(world, production);
  expect(await run(io, "apply --environment production")).toBe(0);
  expect(emulator.defaults(production)).toHaveLength(150);
});

test("apply sets no URL in production after a performance test while texts wait for approval", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, production } = world;
  emulator.grantPerformanceTestPass("yoga");
  const { code, json } = await runJson(io, "apply --environment production");
  expect(code).toBe(5);
  expect(json["waiting"]).toContainEqual(expect.objectContaining({ kind: "realtimeUrl" }));
  expect(() => emulator.getRealtimeUrl(production)).toThrow("No real-time URL");
  approveAll(world, production);
  expect(await run(io, "apply --environment production")).toBe(0);
  expect(emulator.getRealtimeUrl(production)).toContain("/production");
});

test("apply ends with what was done told when its state cannot be written any more", async () => {
  await using world = await createProvisioningWorld();
  const { emulator, sandbox } = world;
  const state = join(world.io.cwd, STATE);
  const io: Io = {
    ...world.io,
    async fetch(url, init) {
      const answer = await world.io.fetch(url, init);
      // After the first upload somebody puts a directory where the state is.
      if (emulator.images(sandbox).length === 1 && (await stat(state)).isFile()) {
        await rm(state);
        await mkdir(state);
      }
      return answer;
    },
  };
  const { code, json } = await runJson({ ...world.io, fetch: io.fetch }, LINE);
  expect(code).toBe(1);
  expect(json).toMatchObject({
    outcome: "failed",
    stoppedBy: { code: "FILE_UNREADABLE" },
    failed: [{ item: { kind: "default" } }],
  });
  expect(json["done"]).toHaveLength(emulator.images(sandbox).length + 9);
  await rm(state, { recursive: true });
  expect(await run(world.io, LINE)).toBe(0);
});

test("apply refuses with exit code 2, as messages import does, what is more than Apple takes", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  const there = emulator.messages(sandbox).length;
  for (let index = there; index < 1999; index += 1) {
    const identifier = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    emulator.uploadMessage(sandbox, identifier, { header: `H ${index}`, body: "B" });
  }
  expect(await run(io, `${LINE} --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe("TOO_MANY_MESSAGES");
  expect(emulator.images(sandbox)).toEqual([]);
});

test("apply --wait waits for Apple's review", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, production } = world;
  emulator.grantPerformanceTestPass("yoga");
  let looks = 0;
  world.onSleep = () => {
    looks += 1;
    if (looks === 2) approveAll(world, production);
  };
  expect(await run(io, "apply --environment production --wait")).toBe(0);
  expect(looks).toBe(2);
  expect(emulator.defaults(production)).toHaveLength(150);
});

test("apply --wait exits 5 when the time is over", async () => {
  await using world = await createProvisioningWorld();
  world.emulator.grantPerformanceTestPass("yoga");
  expect(await run(world.io, "apply --environment production --wait --timeout 7m")).toBe(5);
});

test("apply exits 1 and says why when the URL needs a performance test first", async () => {
  await using world = await createProvisioningWorld();
  expect(await run(world.io, "apply --environment production")).toBe(5);
  approveAll(world, world.production);
  const { code, json } = await runJson(world.io, "apply --environment production");
  expect(code).toBe(1);
  expect(json["failed"]).toMatchObject([{ item: { kind: "realtimeUrl" }, errorCode: 4030026 }]);
});

test("apply --read-only refuses before anything is sent", async () => {
  await using world = await createProvisioningWorld({ HOLDFAST_READ_ONLY: "1" });
  expect(await run(world.io, `${LINE} --output json`)).toBe(6);
  expect(errorOf(world.io)["code"]).toBe("READ_ONLY");
  expect(world.emulator.images(world.sandbox)).toEqual([]);
});

test("apply --prune needs --confirm, and then keeps what the rollback window protects", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  expect(await run(io, `${LINE} --prune --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe("OPTION_MISSING");
  await run(io, LINE);
  world.advance(40 * DAY_MS);
  await rewriteFlow(io.cwd, "Behalte deine Kurse und deine Serie.", "Behalte sie.");
  const kept = await runJson(io, `${LINE} --prune --confirm`);
  expect(kept.json["pruneKept"]).toMatchObject([
    { because: expect.stringContaining("rollback window") as string },
  ]);
  world.advance(31 * DAY_MS);
  const gone = await runJson(io, `${LINE} --prune --confirm`);
  expect(gone.json["pruned"]).toMatchObject([
    { kind: "message", name: { message: "keep_classes", locale: "de-DE" } },
  ]);
  expect(emulator.messages(sandbox).map(({ body }) => body)).not.toContain(
    "Behalte deine Kurse und deine Serie.",
  );
});

test("apply --prune never deletes what a snapshot that is live uses", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, sandbox } = world;
  await run(io, LINE);
  await run(io, "flow publish --app yoga --environment sandbox --data .holdfast");
  await rewriteFlow(io.cwd, "Behalte deine Kurse und deine Serie.", "Behalte sie.");
  await run(io, LINE);
  world.advance(400 * DAY_MS);
  const { json } = await runJson(io, `${LINE} --prune --confirm --rollback-window 0`);
  expect(json["pruneKept"]).toMatchObject([{ because: "in use: yoga_sandbox_2026_11_21_1" }]);
  expect(emulator.messages(sandbox).map(({ body }) => body)).toContain(
    "Behalte deine Kurse und deine Serie.",
  );
});

test("apply's change of the URL is one that endpoint restore takes back", async () => {
  await using world = await createProvisioningWorld();
  const config = join(world.io.cwd, "config", "config.json");
  const io = { ...world.io, env: { ...world.io.env, HOLDFAST_CONFIG_PATH: config } };
  const { emulator, sandbox } = world;
  emulator.configureRealtimeUrl(sandbox, "https://old.example.com/");
  expect(await run(io, LINE)).toBe(0);
  const restore = "storekit retention-messaging endpoint restore --confirm --environment sandbox";
  expect(await run(io, `${restore} --bundle-id com.example.yoga`)).toBe(0);
  expect(emulator.getRealtimeUrl(sandbox)).toBe("https://old.example.com/");
});

test("apply does not write its state through a symbolic link", async () => {
  await using world = await createProvisioningWorld();
  const { io } = world;
  await writeFile(join(io.cwd, "theirs"), "");
  await symlink(join(io.cwd, "nowhere"), join(io.cwd, "state.json"));
  expect(await run(io, `${LINE} --state state.json --output json`)).toBe(2);
  expect(errorOf(io)["code"]).toBe("FILE_UNWRITABLE");
});

test("apply ends with exit code 130 when interrupted, tells what was done, and goes on later", async () => {
  await using world = await createProvisioningWorld();
  const { io, emulator, production } = world;
  emulator.grantPerformanceTestPass("yoga");
  world.onSleep = () => io.interrupt();
  const line = "apply --environment production --wait";
  expect(await run(io, line)).toBe(130);
  expect(io.out()).toContain("interrupted; apply again, it goes on from here");
  expect(io.err()).toContain(`go on with: holdfast ${line}\n`);
  approveAll(world, production);
  const uninterrupted = { ...io, signal: new AbortController().signal };
  expect(await run(uninterrupted, line)).toBe(0);
  expect(emulator.defaults(production)).toHaveLength(150);
});
