import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeDirectories } from "./make-directories.ts";
import { createFakeIo } from "./testing/fake-io.ts";

test("makeDirectories() makes all that are missing, and takes what is there", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "a", "b", "c");
  await Promise.all([makeDirectories(path, 0o700), makeDirectories(path, 0o700)]);
  for (const made of [path, join(io.cwd, "a")]) {
    expect((await stat(made)).mode & 0o777).toBe(0o700);
  }
});

test("makeDirectories() fails where something else is in the way", async () => {
  await using io = await createFakeIo();
  await writeFile(join(io.cwd, "file"), "");
  await expect(makeDirectories(join(io.cwd, "file", "a"))).rejects.toMatchObject({
    code: "ENOTDIR",
  });
});

test.runIf(process.platform === "linux")(
  "makeDirectories() fails, rather than try for ever, where nothing can be made",
  async () => {
    await expect(makeDirectories("/proc/nope/a")).rejects.toMatchObject({ code: "ENOENT" });
  },
);
