import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const HEAD = "version: 1\ncases:\n";
const GOOD =
  "  - { name: good, subject: { productId: yoga.family, at: 2026-11-21 }, expect: { answer: deferToApple } }\n";
const BAD =
  "  - { name: bad, subject: { productId: yoga.monthly, at: 2026-11-21 }, expect: { rule: let_apple } }\n";
const SANDBOX =
  "  - { name: sandbox only, environment: sandbox, subject: { productId: yoga.family, at: 2026-11-21 }, expect: { rule: let_apple } }\n";

test("flow test runs the cases beside the flow, in both environments", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  await writeFiles(io, { "flow.test.yaml": HEAD + GOOD + SANDBOX });
  const { code, json } = await runJson(io, "flow test");
  expect(code).toBe(0);
  expect(json).toMatchObject({ passed: 3, failed: 0, skipped: 1 });
});

test("flow test exits 1 and shows what was expected, what came, and why", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  await writeFiles(io, { "my.yaml": HEAD + GOOD + BAD });
  expect(await run(io, "flow test --cases my.yaml --environment production")).toBe(1);
  expect(io.out()).toContain("✓ good");
  expect(io.out()).toContain("✗ bad my.yaml:4");
  expect(io.out()).toMatch(/rule {2}expected let_apple {2}got /);
  expect(io.out()).toContain("annual_winback did not hold: schedule");
  expect(io.out()).toContain("1 passed, 1 failed");
  expect(io.out()).not.toContain("sandbox");
});

test("flow test writes JUnit XML beside its own output", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  await writeFiles(io, { "flow.test.yaml": HEAD + GOOD + BAD });
  expect((await runJson(io, "flow test --junit out/results.xml")).code).toBe(1);
  const xml = await readFile(join(io.cwd, "out/results.xml"), "utf8");
  expect(xml).toContain(`<testsuite name="flow sandbox" tests="2" failures="1"`);
  expect(xml).toContain(`file="flow.test.yaml" line="4"`);
});

test("flow test finds the cases of a flow by another name", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  await writeFiles(io, { "flow.test.yaml": HEAD + GOOD });
  expect(await run(io, "flow test ./flow.yaml")).toBe(0);
  expect(await run(io, "flow test none/other.yml")).toBe(2);
});

test("flow test tells everything that is wrong with the cases", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  await writeFiles(io, { "flow.test.yaml": `${HEAD}  - { name: a, subjct: {}, expect: {} }\n` });
  expect(await run(io, "flow test --output json")).toBe(2);
  expect(errorOf(io)["code"]).toBe("CASES_INVALID");
  expect(JSON.stringify(errorOf(io)["issues"])).toContain("subject");
});

test("flow test needs cases", async () => {
  await using io = await createFakeIo();
  await copyYoga(io);
  expect(await run(io, "flow test --cases none.yaml")).toBe(2);
  expect(io.err()).toContain("none.yaml: no such file");
});
