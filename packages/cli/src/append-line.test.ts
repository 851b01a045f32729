import { execFileSync } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendLine } from "./append-line.ts";
import { createFakeIo } from "./testing/fake-io.ts";

test.each([
  ["nothing", undefined, "new\n"],
  ["nothing in it", "", "new\n"],
  ["whole lines", "old\n", "old\nnew\n"],
  ["a line that was cut off", `old\n{"a`, `old\n{"a\nnew\n`],
])("appendLine() adds a line of its own where there is %s", async (_, before, after) => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "lines");
  if (before !== undefined) await writeFile(path, before);
  await appendLine(path, "new");
  expect(await readFile(path, "utf8")).toBe(after);
});

test("appendLine() follows no symbolic link", async () => {
  await using io = await createFakeIo();
  const [target, link] = [join(io.cwd, "target"), join(io.cwd, "link")];
  await writeFile(target, "before\n");
  await symlink(target, link);
  await expect(appendLine(link, "new")).rejects.toMatchObject({ code: "ELOOP" });
  expect(await readFile(target, "utf8")).toBe("before\n");
});

test("appendLine() writes into no pipe", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "pipe");
  execFileSync("mkfifo", [path]);
  await expect(appendLine(path, "new")).rejects.toThrow("expected a regular file");
});
