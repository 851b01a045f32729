import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFileAtomically } from "./atomic-file.ts";
import { followFile } from "./followed-file.ts";
import type { FollowedFile } from "./followed-file.ts";
import { keepValue } from "./kept-value.ts";
import type { KeptValue } from "./kept-value.ts";

let root = "";
let accepted: string[] = [];
let refused: unknown[] = [];
let notKept: unknown[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-followed-"));
  await mkdir(join(root, "in"));
  await mkdir(join(root, "good"));
  [accepted, refused, notKept] = [[], [], []];
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

/** Accepts everything but what starts with "bad". */
function follow(lastGoodDirectory = join(root, "good")): FollowedFile & KeptValue {
  const value = keepValue({
    copyPath: join(lastGoodDirectory, "value"),
    async accept(text) {
      if (text.startsWith("bad")) throw Object.assign(new Error("bad"), { code: "BAD" });
      accepted.push(text);
    },
    onRefused: (error) => refused.push(error),
    onNotKept: (error) => notKept.push(error),
  });
  return { ...value, ...followFile(join(root, "in", "value"), value) };
}

const put = (text: string): Promise<void> => writeFileAtomically(join(root, "in", "value"), text);

test("followFile() offers a file once per change, changes within a millisecond included", async () => {
  const file = follow();
  await file.refresh();
  await put("1");
  await file.refresh();
  await file.refresh();
  await put("2");
  await file.refresh();
  expect(accepted).toEqual(["1", "2"]);
});

test("keepValue() keeps what was accepted, and offers it again after a restart", async () => {
  const file = follow();
  await put("1");
  await file.refresh();
  await put("bad");
  await file.refresh();
  expect(file.problem()).toBe("BAD");
  expect(await readFile(join(root, "good", "value"), "utf8")).toBe("1");
  const restarted = follow();
  await restarted.restore();
  expect(accepted).toEqual(["1", "1"]);
});

test("keepValue() does nothing for what is in use and kept, but that it is no problem any more", async () => {
  const file = follow();
  await file.offer("1");
  await file.offer("bad");
  await file.offer("1");
  expect(file.problem()).toBeUndefined();
  const restarted = follow();
  await restarted.restore();
  await restarted.offer("1");
  expect(accepted).toEqual(["1", "1"]);
  await restarted.offer("2");
  await restarted.offer("1");
  expect(accepted).toEqual(["1", "1", "2", "1"]);
});

test("keepValue() forgets the problem when the next content is good", async () => {
  const file = follow();
  await put("bad");
  await file.refresh();
  expect(refused).toHaveLength(1);
  await put("3");
  await file.refresh();
  expect(file.problem()).toBeUndefined();
});

test("keepValue() uses content that it cannot keep, and says so", async () => {
  await writeFile(join(root, "file"), "");
  const file = follow(join(root, "file"));
  await put("1");
  await file.refresh();
  expect(accepted).toEqual(["1"]);
  expect(file.problem()).toBeUndefined();
  expect(notKept).toHaveLength(1);
  await file.offer("1");
  expect(notKept).toHaveLength(2);
});

test("followFile() says once that a file cannot be read, and takes it when it can", async () => {
  const file = follow();
  await mkdir(join(root, "in", "value"));
  await file.refresh();
  await file.refresh();
  expect(file.problem()).toBe("EISDIR");
  expect(refused).toHaveLength(1);
  await rm(join(root, "in", "value"), { recursive: true });
  await put("1");
  await file.refresh();
  expect(accepted).toEqual(["1"]);
  expect(file.problem()).toBeUndefined();
});
