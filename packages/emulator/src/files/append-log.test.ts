import { appendFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catchError } from "../testing/catch-error.ts";
import { makeTemporaryDirectory } from "../testing/temporary-directory.ts";
import { beginAppendLog, readAppendLog } from "./append-log.ts";

describe("readAppendLog()", () => {
  test("returns nothing when there is no file", () => {
    using directory = makeTemporaryDirectory();
    expect(readAppendLog(join(directory.path, "none.jsonl"))).toEqual([]);
  });

  test("returns what it was begun with and what was added, for the owner alone", () => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "in", "log.jsonl");
    const log = beginAppendLog(path, () => [{ a: 1 }]);
    log.append({ b: "two\nlines" });
    expect(readAppendLog(path)).toEqual([{ a: 1 }, { b: "two\nlines" }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("overlooks a last line that was not finished", () => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "log.jsonl");
    beginAppendLog(path, () => [1, 2]);
    appendFileSync(path, '{"cut":');
    expect(readAppendLog(path)).toEqual([1, 2]);
  });

  test("throws STATE_UNREADABLE for a line in between that is no JSON", async () => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "log.jsonl");
    writeFileSync(path, '1\n{"cut":\n3\n');
    expect(await catchError(() => readAppendLog(path))).toMatchObject({
      code: "STATE_UNREADABLE",
    });
  });
});

describe("beginAppendLog()", () => {
  test("writes what still counts when enough was added", () => {
    using directory = makeTemporaryDirectory();
    const path = join(directory.path, "log.jsonl");
    const latest = new Map([["a", 0]]);
    const log = beginAppendLog(path, () => [...latest], 2);
    const sizes = [1, 2, 3, 4].map((value) => {
      latest.set("a", value);
      log.append(["a", value]);
      return readAppendLog(path);
    });
    expect(sizes.map(({ length }) => length)).toEqual([2, 3, 1, 2]);
    expect(sizes.at(-1)).toEqual([
      ["a", 3],
      ["a", 4],
    ]);
  });
});
