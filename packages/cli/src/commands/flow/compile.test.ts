import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

test("flow compile writes the snapshot whose hash it tells", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  const { code, json } = await runJson(io, "flow compile --environment sandbox --out out/a.json");
  const bytes = await readFile(join(io.cwd, "out/a.json"));
  expect(code).toBe(0);
  expect(json).toMatchObject({
    hash: createHash("sha256").update(bytes).digest("hex"),
    environment: "sandbox",
    sizeBytes: bytes.length,
    rules: 4,
    products: 3,
    mostRulesForOneProduct: 3,
    out: "out/a.json",
  });
});

test("flow compile tells the same hash each time, and another for the other environment", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  const hashOf = async (environment: string) =>
    (await runJson(io, `flow compile --environment ${environment}`)).json["hash"];
  expect(await hashOf("sandbox")).toBe(await hashOf("sandbox"));
  expect(await hashOf("sandbox")).not.toBe(await hashOf("production"));
});

test("flow compile needs an environment", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, "flow compile")).toBe(2);
  expect(io.err()).toContain("OPTION_MISSING: --environment is required");
});

test("flow compile tells all issues of an invalid flow and writes nothing", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "flow.yaml": "version: 1\napp: a\nrules: []\n" });
  expect(await run(io, "flow compile --environment sandbox --out a.json --output json")).toBe(2);
  expect(io.out()).toBe("");
  expect(errorOf(io)).toMatchObject({
    code: "FLOW_INVALID",
    issues: [{ code: "MISSING_FALLBACK", line: 1 }],
  });
  await expect(readFile(join(io.cwd, "a.json"))).rejects.toThrow("ENOENT");
});

test("flow compile shows the lines of an invalid flow", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "flow.yaml": "version: 2\napp: a\n" });
  expect(await run(io, "flow compile --environment sandbox")).toBe(2);
  expect(io.err()).toContain("flow.yaml:1:10 error INVALID_VALUE");
  expect(io.err()).toContain("  1 | version: 2\n    |          ^");
});

test("flow compile refuses a file it cannot write", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, "flow compile --environment sandbox --out flow.yaml/a.json")).toBe(2);
  expect(io.err()).toContain("FILE_UNWRITABLE");
});
