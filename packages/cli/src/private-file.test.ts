import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePrivateFile } from "./private-file.ts";
import { createFakeIo } from "./testing/fake-io.ts";

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test("writePrivateFile() makes a file and directories for their owner alone", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "a", "b", "file.json");
  await writePrivateFile(path, "one");
  expect([await modeOf(path), await modeOf(join(io.cwd, "a", "b"))]).toEqual([0o600, 0o700]);
});

test("writePrivateFile() replaces a file, its mode too, and leaves nothing beside it", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "file.json");
  await writeFile(path, "before");
  await chmod(path, 0o644);
  await writePrivateFile(path, "after");
  expect([await readFile(path, "utf8"), await modeOf(path)]).toEqual(["after", 0o600]);
  expect(await readdir(io.cwd)).toEqual(["file.json"]);
});

test.each(["a file", "nothing"])(
  "writePrivateFile() follows no symbolic link, here one to %s",
  async (what) => {
    await using io = await createFakeIo();
    const [target, link] = [join(io.cwd, "target"), join(io.cwd, "link")];
    if (what === "a file") await writeFile(target, "before");
    await symlink(target, link);
    await expect(writePrivateFile(link, "after")).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
    });
    expect(await readFile(target, "utf8").catch(() => "nothing")).not.toBe("after");
  },
);

test("writePrivateFile() leaves nothing behind where it cannot write", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "directory");
  await mkdir(path);
  await expect(writePrivateFile(path, "after")).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  expect(await readdir(io.cwd)).toEqual(["directory"]);
});
