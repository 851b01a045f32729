import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFakeIo, FAKE_NOW } from "../testing/fake-io.ts";
import { writeFiles } from "../testing/run.ts";
import { findPassedTest, recordPassedTest } from "./passed-tests.ts";

const APP = { bundleId: "com.example.app", baseUrl: "https://sandbox.example.com" };

describe("findPassedTest()", () => {
  test("finds when the app's last test was seen to pass", async () => {
    await using io = await createFakeIo();
    expect(await findPassedTest(APP, io)).toBeUndefined();
    await recordPassedTest(APP, io);
    await io.sleep(5000);
    await recordPassedTest(APP, io);
    expect(await findPassedTest(APP, io)).toBe(FAKE_NOW + 5000);
  });

  test.each([
    ["app", { ...APP, bundleId: "com.example.other" }],
    ["App Store", { ...APP, baseUrl: "http://127.0.0.1:8788/sandbox" }],
  ])("takes no test of another %s", async (_, other) => {
    await using io = await createFakeIo();
    await recordPassedTest(other, io);
    expect(await findPassedTest(APP, io)).toBeUndefined();
  });

  test("does not mind lines that cannot be read", async () => {
    await using io = await createFakeIo();
    const directory = join(io.cwd, ".holdfast");
    await mkdir(directory);
    await appendFile(join(directory, "passed-tests.ndjson"), 'null\n{"at":"then"}\n{"at":"2026');
    await recordPassedTest(APP, io);
    expect(await findPassedTest(APP, io)).toBe(FAKE_NOW);
  });
});

test("recordPassedTest() warns where it cannot be written down", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { ".holdfast": "in the way" });
  await recordPassedTest(APP, io);
  expect(io.err()).toMatch(/^warning: .*that the test passed is not remembered/);
});
