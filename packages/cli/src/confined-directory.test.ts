import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requireConfined } from "./confined-directory.ts";
import { createFakeIo } from "./testing/fake-io.ts";

test.each([".", "preview", "a/b/c"])(
  "requireConfined() takes %s, there or not",
  async (directory) => {
    await using io = await createFakeIo();
    expect(() => requireConfined(io, directory)).not.toThrow();
    await mkdir(join(io.cwd, directory), { recursive: true });
    expect(() => requireConfined(io, directory)).not.toThrow();
  },
);

test.each(["preview", "preview/deeper", "preview/not/there"])(
  "requireConfined() refuses %s where a link leads elsewhere",
  async (directory) => {
    await using elsewhere = await createFakeIo();
    await mkdir(join(elsewhere.cwd, "deeper"));
    await using io = await createFakeIo();
    await symlink(elsewhere.cwd, join(io.cwd, "preview"));
    expect(() => requireConfined(io, directory)).toThrow(
      expect.objectContaining({ code: "FILE_UNWRITABLE" }),
    );
  },
);

test("requireConfined() takes a link that stays below the working directory", async () => {
  await using io = await createFakeIo();
  await mkdir(join(io.cwd, "..preview"));
  await symlink("..preview", join(io.cwd, "preview"));
  expect(() => requireConfined(io, "preview")).not.toThrow();
});
