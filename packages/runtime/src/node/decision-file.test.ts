import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DecisionRecord } from "../wire/decision-record.ts";
import { createDecisionFile, MAX_PENDING_DECISIONS, openDecisionFile } from "./decision-file.ts";
import type { AppendableFile } from "./decision-file.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "holdfast-decisions-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

function record(requestIdentifier: string): DecisionRecord {
  // Only the identifier matters to a log.
  return { requestIdentifier } as DecisionRecord;
}

function identifiersIn(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as DecisionRecord).requestIdentifier);
}

interface FlakyFile extends AppendableFile {
  content: string;
  /** Writes fail after taking half of what they got. */
  failing: boolean;
  writes: number;
}

function flakyFile(): FlakyFile {
  return {
    content: "",
    failing: false,
    writes: 0,
    async append(text) {
      this.writes += 1;
      if (this.failing) {
        this.content += text.slice(0, text.length / 2);
        throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      }
      this.content += text;
    },
    async truncate(size) {
      this.content = this.content.padEnd(size, "\0").slice(0, size);
    },
    async size() {
      return this.content.length;
    },
    close: () => Promise.resolve(),
  };
}

test("openDecisionFile() has written a record when append resolves, in order", async () => {
  const path = join(directory, "decisions.ndjson");
  const log = await openDecisionFile(path);
  for (const id of ["a", "b", "c"]) void log.append(record(id));
  await log.append(record("d"));
  expect(identifiersIn(await readFile(path, "utf8"))).toEqual(["a", "b", "c", "d"]);
  await log.close();
});

test("openDecisionFile() starts on a line of its own after a torn one", async () => {
  const path = join(directory, "decisions.ndjson");
  await writeFile(path, '{"requestIdentifier":"a"}\n{"requestIden');
  const log = await openDecisionFile(path);
  await log.append(record("b"));
  await log.close();
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  expect(lines).toEqual([
    '{"requestIdentifier":"a"}',
    '{"requestIden',
    '{"requestIdentifier":"b"}',
  ]);
});

test("createDecisionFile() puts what arrives during a write into the next one", async () => {
  const file = flakyFile();
  const log = await createDecisionFile(async () => file);
  for (let index = 0; index < 99; index += 1) void log.append(record(String(index)));
  await log.append(record("99"));
  expect(identifiersIn(file.content)).toHaveLength(100);
  expect(file.writes).toBeLessThanOrEqual(2);
});

test("createDecisionFile() keeps records while the disk is full and writes each once it is not", async () => {
  const file = flakyFile();
  const log = await createDecisionFile(async () => file, { retryMs: 1 });
  await log.append(record("a"));
  file.failing = true;
  await log.append(record("b"));
  expect(log.health()).toMatchObject({ ready: false, pending: 1, dropped: 0 });
  expect(log.health().reason).toContain("ENOSPC");
  void log.append(record("c"));
  file.failing = false;
  await expect.poll(() => log.health().ready).toBe(true);
  expect(identifiersIn(file.content)).toEqual(["a", "b", "c"]);
});

test("createDecisionFile() drops the oldest and counts them when too many wait", async () => {
  const file = flakyFile();
  file.failing = true;
  const log = await createDecisionFile(async () => file, { retryMs: 60_000 });
  await log.append(record("first"));
  for (let index = 0; index < MAX_PENDING_DECISIONS + 5; index += 1) {
    void log.append(record(String(index)));
  }
  expect(log.health()).toMatchObject({ pending: MAX_PENDING_DECISIONS, dropped: 6 });
  file.failing = false;
  await log.close();
  expect(identifiersIn(file.content)[0]).toBe("5");
});

test("createDecisionFile() never makes a file longer that somebody emptied", async () => {
  const file = flakyFile();
  const log = await createDecisionFile(async () => file, { retryMs: 1 });
  await log.append(record("a"));
  file.content = "";
  file.failing = true;
  await log.append(record("b"));
  expect(file.content).not.toContain("\0");
});

test("createDecisionFile() drops and counts what comes after its end", async () => {
  const file = flakyFile();
  const log = await createDecisionFile(async () => file);
  await log.close();
  await log.append(record("late"));
  expect(log.health()).toEqual({ ready: true, pending: 0, dropped: 1 });
  expect(file.content).toBe("");
});

test("createDecisionFile() counts as lost what could not be written in the end", async () => {
  const file = flakyFile();
  const log = await createDecisionFile(async () => file, { retryMs: 60_000 });
  file.failing = true;
  await log.append(record("a"));
  await log.close();
  expect(log.health()).toMatchObject({ ready: false, pending: 0, dropped: 1 });
});

test("openDecisionFile() opens where it cannot write yet, says so, and writes when it can", async () => {
  const path = join(directory, "decisions.ndjson");
  await mkdir(path);
  const log = await openDecisionFile(path, { retryMs: 1 });
  expect(log.health()).toMatchObject({
    ready: false,
    reason: "decisions cannot be written (EISDIR)",
  });
  await log.append(record("a"));
  expect(log.health()).toMatchObject({ ready: false, pending: 1, dropped: 0 });
  await rm(path, { recursive: true });
  await expect.poll(() => log.health()).toEqual({ ready: true, pending: 0, dropped: 0 });
  expect(identifiersIn(await readFile(path, "utf8"))).toEqual(["a"]);
  await log.close();
});

test("openDecisionFile() becomes ready again without a request", async () => {
  const path = join(directory, "missing", "decisions.ndjson");
  const log = await openDecisionFile(path, { retryMs: 1 });
  expect(log.health()).toMatchObject({ ready: false });
  await mkdir(join(directory, "missing"));
  await expect.poll(() => log.health().ready).toBe(true);
  await log.close();
});

test.skipIf(!existsSync("/dev/full"))("openDecisionFile() outlives a full disk", async () => {
  const path = join(directory, "decisions.ndjson");
  await symlink("/dev/full", path);
  const log = await openDecisionFile(path, { retryMs: 1 });
  await log.append(record("a"));
  expect(log.health()).toMatchObject({
    ready: false,
    reason: "decisions cannot be written (ENOSPC)",
  });
  await rm(path);
  await expect.poll(() => log.health().ready).toBe(true);
  expect(identifiersIn(await readFile(path, "utf8"))).toEqual(["a"]);
  await log.close();
});

test("openDecisionFile() makes a file that nobody else can read", async () => {
  const path = join(directory, "decisions.ndjson");
  await (await openDecisionFile(path)).close();
  expect(((await stat(path)).mode % 0o1000).toString(8)).toBe("600");
});

test("createDecisionFile() goes on with a file that cannot be moved aside, and tries again when there is as much more", async () => {
  const file = flakyFile();
  let attempts = 0;
  const log = await createDecisionFile(async () => file, {
    segmentBytes: 100,
    moveAside() {
      attempts += 1;
      return Promise.reject(new Error("no"));
    },
  });
  const ids = Array.from({ length: 10 }, (_, index) => String(index));
  for (const id of ids) await log.append(record(id));
  await log.close();
  expect(identifiersIn(file.content)).toEqual(ids);
  // At 104 bytes, and at 208.
  expect(attempts).toBe(2);
  expect(log.health()).toEqual({ ready: true, pending: 0, dropped: 0 });
});
