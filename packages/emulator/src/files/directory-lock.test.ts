import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catchError } from "../testing/catch-error.ts";
import { textLike } from "../testing/matching.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { lockDirectory } from "./directory-lock.ts";

const IN_USE = { code: "DIRECTORY_IN_USE" };

/** Returns the id of a process that was there, and is no more. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("lockDirectory()", () => {
  test("keeps the directory from a second one until it is released, once", async () => {
    using directory = makeTemporaryDirectory();
    const lock = lockDirectory(directory.path);
    const file = join(directory.path, "emulator.pid");
    expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await catchError(() => lockDirectory(directory.path))).toMatchObject(IN_USE);
    expect(await catchError(() => lockDirectory(join(directory.path, ".")))).toMatchObject(IN_USE);
    lock.release();
    expect(existsSync(file)).toBe(false);
    const next = lockDirectory(directory.path);
    lock.release();
    expect(await catchError(() => lockDirectory(directory.path))).toMatchObject(IN_USE);
    next.release();
  });

  test("refuses a directory another living process uses, and names the process", async () => {
    using directory = makeTemporaryDirectory();
    writeFileSync(join(directory.path, "emulator.pid"), `${process.ppid}\n`);
    expect(await catchError(() => lockDirectory(directory.path))).toMatchObject({
      ...IN_USE,
      message: textLike(`process ${process.ppid} uses it`),
    });
  });

  test("takes over from a process that has ended", async () => {
    using directory = makeTemporaryDirectory();
    const file = join(directory.path, "emulator.pid");
    writeFileSync(file, `${await endedProcess()}\n`);
    lockDirectory(directory.path).release();
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    ["an earlier process of the same id", `${process.pid}\n`],
    ["nobody", ""],
    ["a group of processes", "-1\n"],
    ["no number", "emulator\n"],
  ])("takes over from a file that names %s", (_what, content) => {
    using directory = makeTemporaryDirectory();
    const file = join(directory.path, "emulator.pid");
    writeFileSync(file, content);
    const lock = lockDirectory(directory.path);
    expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
    lock.release();
  });

  test("leaves a lock alone that has become another's", () => {
    using directory = makeTemporaryDirectory();
    const file = join(directory.path, "emulator.pid");
    const lock = lockDirectory(directory.path);
    writeFileSync(file, `${process.ppid}\n`);
    lock.release();
    expect(readFileSync(file, "utf8")).toBe(`${process.ppid}\n`);
  });
});
