import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRegularFile } from "./read-regular-file.ts";
import { createFakeIo } from "./testing/fake-io.ts";

test("readRegularFile() returns a file's text, and who may read it", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "file");
  await writeFile(path, "text");
  await chmod(path, 0o640);
  expect(await readRegularFile(path)).toEqual({ text: "text", mode: 0o640 });
});

test("readRegularFile() refuses a pipe at once, rather than wait for a writer", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "pipe");
  execFileSync("mkfifo", [path]);
  await expect(readRegularFile(path)).rejects.toThrow("expected a regular file");
});

test.each([
  ["a device", "/dev/zero", "expected a regular file"],
  ["a directory", "/", "is a directory"],
])("readRegularFile() refuses %s", async (_, path, message) => {
  await expect(readRegularFile(path)).rejects.toThrow(message);
});

test("readRegularFile() refuses a file of more than 64 KiB", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "file");
  await writeFile(path, "x".repeat(65_536));
  expect((await readRegularFile(path)).text).toHaveLength(65_536);
  await writeFile(path, "x".repeat(65_537));
  await expect(readRegularFile(path)).rejects.toThrow("at most 65536 bytes");
});
