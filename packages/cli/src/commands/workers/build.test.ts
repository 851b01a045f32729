import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { CONFIG, makeSecrets } from "../../workers/testing/workers-world.ts";

test("workers build writes one module without a secret in it, and tells its size", async () => {
  const { HOLDFAST_PUBLISHER_KEY } = makeSecrets();
  await using io = await createFakeIo({ env: { HOLDFAST_PUBLISHER_KEY } });
  await writeFiles(io, { "holdfast.yaml": CONFIG });
  const { code, json } = await runJson(io, "workers build");
  expect(code).toBe(0);
  expect(json).toMatchObject({ file: "deploy/workers/build/worker.js", apps: ["yoga"] });
  const built = await readFile(join(io.cwd, "deploy/workers/build/worker.js"), "utf8");
  expect(Buffer.byteLength(built)).toBe(json["bytes"]);
  // As docs/workers.md has it.
  expect(json["gzippedBytes"]).toBeLessThan(40 * 1024);
  expect(built).toContain("com.example.yoga");
  expect(built).toContain("BEGIN PUBLIC KEY");
  expect(built).not.toContain(HOLDFAST_PUBLISHER_KEY.split("\n")[1] ?? "none");
});

test("workers build takes the publisher of --data, makes it once, and writes where it is told", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "conf/apps.yaml": CONFIG });
  const line = "workers build --config conf/apps.yaml --out out --data data";
  expect([await run(io, line), io.err()]).toEqual([0, ""]);
  expect(io.out()).toMatch(
    /^built out\/worker\.js\n {2}apps {2}yoga\n {2}size {2}[\d.]+ KiB gzipped, [\d.]+ KiB as it is\n$/,
  );
  const first = await readFile(join(io.cwd, "out/worker.js"), "utf8");
  expect(await run(io, line)).toBe(0);
  expect(await readFile(join(io.cwd, "out/worker.js"), "utf8")).toBe(first);
});

test.each([
  ["without a publisher", CONFIG, "CONFIG_INVALID"],
  ["without an app", "apps: {}", "CONFIG_INVALID"],
  ["that is no YAML", "apps: [", "CONFIG_INVALID"],
  ["that is empty", "", "CONFIG_INVALID"],
])("workers build refuses a configuration %s, and writes nothing", async (_, config, code) => {
  await using io = await createFakeIo();
  await writeFiles(io, { "holdfast.yaml": config });
  expect(await run(io, "workers build --output json")).toBe(2);
  expect(errorOf(io)["code"]).toBe(code);
  expect(await readdir(io.cwd)).toEqual(["holdfast.yaml"]);
});

test.each([
  ["configuration", "workers build", "holdfast runtimes config > holdfast.yaml"],
  ["wrangler configuration", "workers deploy", "--wrangler-config"],
])("without its %s %s says where one comes from", async (_, line, hint) => {
  await using io = await createFakeIo();
  expect(await run(io, line)).toBe(2);
  expect(io.err()).toContain("FILE_UNREADABLE");
  expect(io.err()).toContain(hint);
});
