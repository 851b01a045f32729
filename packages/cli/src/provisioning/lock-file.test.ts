import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DISK } from "../file-steps.ts";
import type { FileSteps } from "../file-steps.ts";
import { underLock } from "./lock-file.ts";

interface Place {
  readonly directory: string;
  readonly path: string;
  /** How long has been slept, in milliseconds. */
  readonly sleptMs: () => number;
  /** Called whenever something sleeps. */
  onSleep: () => void;
  lock<T>(act: () => Promise<T>, files?: FileSteps): Promise<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A directory with a lock in it, and a clock that sleeping moves. */
async function openPlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-lock-"));
  const path = join(directory, "state.json.lock");
  let slept = 0;
  const io = {
    now: () => slept,
    async sleep(ms: number) {
      slept += ms;
      place.onSleep();
    },
  };
  const place: Place = {
    directory,
    path,
    sleptMs: () => slept,
    onSleep: () => undefined,
    lock: (act, files = DISK) => underLock(path, { io, files }, act),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
  return place;
}

/** Returns the id of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--eval", ""]);
  await once(child, "exit");
  if (child.pid === undefined) throw new Error("expected a process");
  return child.pid;
}

test("underLock() leaves nothing behind, also when what it does fails", async () => {
  await using place = await openPlace();
  expect(await place.lock(async () => readdir(place.directory))).toEqual(["state.json.lock"]);
  await expect(place.lock(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readdir(place.directory)).toEqual([]);
  expect(place.sleptMs()).toBe(0);
});

test("underLock() waits for who holds the lock", async () => {
  await using place = await openPlace();
  const order: string[] = [];
  const held = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const first = place.lock(async () => {
    taken.resolve();
    await held.promise;
    order.push("first");
  });
  await taken.promise;
  place.onSleep = () => held.resolve();
  await place.lock(async () => void order.push("second"));
  await first;
  expect(order).toEqual(["first", "second"]);
});

test("underLock() breaks the lock of a process that has ended at once", async () => {
  await using place = await openPlace();
  await writeFile(place.path, `${await endedProcess()} some-token ${hostname()}\n`);
  expect(await place.lock(async () => "mine")).toBe("mine");
  expect(place.sleptMs()).toBe(0);
  expect(await readdir(place.directory)).toEqual([]);
});

test.each([
  ["of another machine", "1 some-token elsewhere.example\n"],
  ["of a process that is there", `${process.pid} some-token ${hostname()}\n`],
  ["of one that was killed before it wrote its name", ""],
])("underLock() breaks a lock %s only when it has not changed for long", async (_, content) => {
  await using place = await openPlace();
  await writeFile(place.path, content);
  expect(await place.lock(async () => "mine")).toBe("mine");
  expect(place.sleptMs()).toBe(10_000);
  expect(await readdir(place.directory)).toEqual([]);
});

test("underLock() does not break a lock that goes from hand to hand", async () => {
  await using place = await openPlace();
  await writeFile(place.path, "1 first elsewhere.example\n");
  let looks = 0;
  // Somebody else is always a little faster, for twenty seconds.
  const files: FileSteps = {
    ...DISK,
    async create(path, content, options) {
      looks += 1;
      if (looks % 100 === 0) await writeFile(path, `1 number-${looks} elsewhere.example\n`);
      if (looks === 400) await rm(path);
      return DISK.create(path, content, options);
    },
  };
  await place.lock(async () => undefined, files);
  expect(place.sleptMs()).toBe(399 * 50);
});

test("underLock() puts back the lock of who was faster to break a stale one", async () => {
  await using place = await openPlace();
  await writeFile(place.path, `${await endedProcess()} stale ${hostname()}\n`);
  const theirs = "1 theirs elsewhere.example\n";
  let breaks = 0;
  const files: FileSteps = {
    ...DISK,
    async rename(from, to) {
      breaks += 1;
      if (breaks === 1) await writeFile(from, theirs);
      return DISK.rename(from, to);
    },
  };
  place.onSleep = () => void rm(place.path, { force: true });
  await place.lock(async () => undefined, files);
  // Waited for them, and so did not take theirs for the stale one.
  expect(breaks).toBe(1);
  expect(place.sleptMs()).toBeGreaterThan(0);
});

test("underLock() gives nothing back that somebody else has taken meanwhile", async () => {
  await using place = await openPlace();
  await place.lock(() => writeFile(place.path, "1 theirs elsewhere.example\n"));
  expect(await readdir(place.directory)).toEqual(["state.json.lock"]);
});

test("underLock() says which file it could not make", async () => {
  await using place = await openPlace();
  await writeFile(join(place.directory, "file"), "");
  const path = join(place.directory, "file", "state.json.lock");
  const io = { now: () => 0, sleep: () => Promise.resolve() };
  await expect(underLock(path, { io, files: DISK }, async () => undefined)).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
    message: expect.stringContaining(path) as string,
  });
});
