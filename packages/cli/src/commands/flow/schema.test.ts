import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { flowJsonSchema } from "@holdfast/flow/document";
import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { run, runJson } from "../../testing/run.ts";

test("flow schema writes the schema to standard output", async () => {
  await using io = await createFakeIo();
  expect(await run(io, "flow schema")).toBe(0);
  expect(JSON.parse(io.out())).toEqual(flowJsonSchema());
});

test("flow schema --out writes the schema to a file", async () => {
  await using io = await createFakeIo();
  expect((await runJson(io, "flow schema --out a/flow.schema.json")).json).toEqual({
    out: "a/flow.schema.json",
  });
  const written = await readFile(join(io.cwd, "a/flow.schema.json"), "utf8");
  expect(JSON.parse(written)).toEqual(flowJsonSchema());
});
