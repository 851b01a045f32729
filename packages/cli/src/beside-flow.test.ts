import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBesideFlow } from "./beside-flow.ts";
import { createFakeIo } from "./testing/fake-io.ts";
import { writeFiles } from "./testing/run.ts";

test("openBesideFlow() reads and hashes files beside and below the flow", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "texts/more.yaml": "stay: {}" });
  const beside = openBesideFlow(io.cwd);
  expect(beside.textOf("texts/more.yaml")).toBe("stay: {}");
  expect(beside.sha256Of("./texts/more.yaml")).toBe(
    createHash("sha256").update("stay: {}").digest("hex"),
  );
});

test.each(["none.yaml", "../secret", "/etc/hostname", "texts", "link", "link/secret", ""])(
  "openBesideFlow() finds nothing at %j",
  async (path) => {
    await using io = await createFakeIo();
    await writeFiles(io, { secret: "s", "project/texts/more.yaml": "x" });
    const directory = join(io.cwd, "project");
    await symlink(io.cwd, join(directory, "link"));
    const beside = openBesideFlow(directory);
    expect(beside.textOf(path)).toBeUndefined();
    expect(beside.sha256Of(path)).toBeUndefined();
  },
);

test("openBesideFlow() follows links that stay below the flow", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "images/a.png": "picture" });
  await symlink("images/a.png", join(io.cwd, "b.png"));
  expect(openBesideFlow(io.cwd).textOf("b.png")).toBe("picture");
});

test("openBesideFlow() refuses a file too large to have in memory, without reading it", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "image.png": "" });
  await truncate(join(io.cwd, "image.png"), 2 ** 31);
  expect(() => openBesideFlow(io.cwd).bytesOf("image.png")).toThrow(
    "image.png: expected at most 67108864 bytes, got 2147483648",
  );
});

test("openBesideFlow() finds nothing in a pipe, rather than wait for a writer", async () => {
  await using io = await createFakeIo();
  execFileSync("mkfifo", [join(io.cwd, "image.png")]);
  expect(openBesideFlow(io.cwd).bytesOf("image.png")).toBeUndefined();
});
