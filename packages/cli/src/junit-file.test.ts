import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startLocalApple } from "./storekit/testing/local-apple.ts";
import { run, writeFiles } from "./testing/run.ts";

const PERFORMANCE = "storekit retention-messaging performance";
const IN = "--environment sandbox";

test.each([
  [`${PERFORMANCE} start --wait --original-transaction-id 2000000000000000 ${IN}`],
  [`${PERFORMANCE} wait --request-id 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 ${IN}`],
  [`${PERFORMANCE} view --request-id 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 ${IN}`],
])(
  "openJunitFile() refuses a file that cannot be written before anything is asked: %s",
  async (line) => {
    await using apple = await startLocalApple();
    await using io = await apple.io();
    await writeFiles(io, { inTheWay: "" });
    expect(await run(io, `${line} --junit inTheWay/report.xml`)).toBe(2);
    expect(io.err()).toContain("FILE_UNWRITABLE");
    expect(apple.emulator.requestLog.list()).toEqual([]);
  },
);

test("openJunitFile() leaves what is there as it is, and nothing where nothing was", async () => {
  await using apple = await startLocalApple();
  await using io = await apple.io();
  await writeFiles(io, { "old.xml": "old" });
  const view = `${PERFORMANCE} view --request-id 7d1c9ad2-6a3b-4a55-9d39-1f4f6d7f2f10 ${IN}`;
  expect(await run(io, `${view} --junit old.xml`)).toBe(1);
  expect(await run(io, `${view} --junit out/new.xml`)).toBe(1);
  expect(await readFile(join(io.cwd, "old.xml"), "utf8")).toBe("old");
  expect(await readdir(join(io.cwd, "out"))).toEqual([]);
});
