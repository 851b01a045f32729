import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeText } from "./files.ts";
import { createFakeIo } from "./testing/fake-io.ts";

test("writeText() replaces a file whole, keeps who may read it, and leaves nothing beside it", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "report.xml");
  await writeFile(path, "a long text from before");
  await chmod(path, 0o640);
  await writeText(io, "report.xml", "new");
  expect(await readFile(path, "utf8")).toBe("new");
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect(await readdir(io.cwd)).toEqual(["report.xml"]);
});

test.each(["a file", "nothing"])(
  "writeText() refuses a symbolic link, here one to %s",
  async (what) => {
    await using io = await createFakeIo();
    const [target, link] = [join(io.cwd, "target"), join(io.cwd, "index.html")];
    if (what === "a file") await writeFile(target, "before");
    await symlink(target, link);
    await expect(writeText(io, "index.html", "new")).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
      message: expect.stringContaining("symbolic link") as unknown,
    });
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, "utf8").catch(() => "nothing")).not.toBe("new");
  },
);

test("writeText() writes into a device, which cannot be replaced", async () => {
  await using io = await createFakeIo();
  await writeText(io, "/dev/null", "text");
  expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
});
