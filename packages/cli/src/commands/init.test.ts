import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../testing/run.ts";

const FILES = [
  ".gitignore",
  "README.md",
  "catalog.json",
  "flow.schema.json",
  "flow.test.yaml",
  "flow.yaml",
];

test("init writes a project that is valid even under --strict, and whose cases pass", async () => {
  await using io = await createFakeIo();
  expect(await run(io, "init my-app")).toBe(0);
  expect((await readdir(join(io.cwd, "my-app"))).sort()).toEqual(FILES);
  expect(io.out()).toContain("cd my-app");
  for (const file of FILES) expect(io.out()).toContain(join("my-app", file));
  const checked = await runJson(io, "flow validate my-app/flow.yaml --strict");
  expect(checked.json).toMatchObject({ valid: true, issues: [] });
  const tested = await runJson(io, "flow test my-app/flow.yaml");
  expect(tested.code).toBe(0);
  expect(tested.json).toMatchObject({ failed: 0 });
});

test("init writes into this directory by default, and tells what it wrote", async () => {
  await using io = await createFakeIo();
  const { json } = await runJson(io, "init");
  expect(json["directory"]).toBe(".");
  expect((await readdir(io.cwd)).sort()).toEqual(FILES);
});

test("init names next commands that there are", async () => {
  await using io = await createFakeIo();
  await run(io, "init");
  const lines = [...io.out().matchAll(/^ {2}holdfast (.*?)(?: {2}|$)/gm)].map(
    ([, line = ""]) => line,
  );
  expect(lines).toContain("dev flow.yaml");
  for (const line of lines) expect(await run(io, `${line} --help`)).toBe(0);
});

test("init overwrites nothing and lists what is in the way", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "flow.yaml": "mine", "README.md": "mine, too" });
  expect(await run(io, "init --output json")).toBe(2);
  expect(errorOf(io)).toEqual({
    code: "FILES_EXIST",
    message: "in the way: flow.yaml, README.md; nothing was written",
  });
  expect((await readdir(io.cwd)).sort()).toEqual(["README.md", "flow.yaml"]);
});

test("init adds to a .gitignore only what it lacks", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { ".gitignore": "node_modules\n.holdfast/" });
  expect(await run(io, "init")).toBe(0);
  const lines = (await readFile(join(io.cwd, ".gitignore"), "utf8")).split("\n");
  expect(lines.slice(0, 2)).toEqual(["node_modules", ".holdfast/"]);
  expect(lines.filter((line) => line === ".holdfast/")).toHaveLength(1);
  expect(lines).toContain("*.p8");
});
