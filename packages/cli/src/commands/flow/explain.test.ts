import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { copyYoga, run, runJson, writeFiles } from "../../testing/run.ts";

test("flow explain tells every rule in the order of trying, in lines that fit", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, "flow explain")).toBe(0);
  const titles = io
    .out()
    .split("\n")
    .filter((line) => /^\S/.test(line));
  expect(titles).toEqual([
    "Flow for com.example.yoga",
    "Before the rules: the holdout h2026",
    "1. annual_winback",
    "2. light_users_half_price",
    "3. monthly_switch_test",
    "4. let_apple",
    "When no rule holds",
  ]);
  expect(
    Math.max(
      ...io
        .out()
        .split("\n")
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100);
});

test("flow explain gives the sections as JSON", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  const { json } = await runJson(io, "flow explain");
  expect(json).toMatchObject({ app: "com.example.yoga" });
  expect(JSON.stringify(json["sections"])).toContain(`"rule":"let_apple"`);
});

test("flow explain refuses a flow that is not valid", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "flow.yaml": "version: 1\n" });
  expect(await run(io, "flow explain")).toBe(2);
  expect(io.err()).toContain("FLOW_INVALID");
});
