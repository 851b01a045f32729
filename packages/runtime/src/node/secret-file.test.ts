import { execFileSync } from "node:child_process";
import { chmod, chown, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { readOrCreateSecretFile } from "./secret-file.ts";

const create = (): string => "made here";

test("readOrCreateSecretFile() makes a file for its owner alone, and reads it again", async () => {
  const path = join(await temporaryDirectory(), "deep", "secret");
  expect(await readOrCreateSecretFile(path, create)).toBe("made here");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readOrCreateSecretFile(path, () => "another")).toBe("made here");
});

test.each([0o644, 0o640, 0o604, 0o660])(
  "readOrCreateSecretFile() refuses a file of mode %o, as a repository would bring it",
  async (mode) => {
    const path = join(await temporaryDirectory(), "secret");
    await writeFile(path, "planted");
    await chmod(path, mode);
    await expect(readOrCreateSecretFile(path, create)).rejects.toMatchObject({
      code: "SECRET_FILE_UNSAFE",
      message: expect.stringMatching(/chmod 600 it.*remove it/) as unknown,
    });
    expect(await readFile(path, "utf8")).toBe("planted");
  },
);

test.each(["a secret", "nothing"])(
  "readOrCreateSecretFile() follows no symbolic link, here one to %s",
  async (what) => {
    const directory = await temporaryDirectory();
    const [target, path] = [join(directory, "target"), join(directory, "secret")];
    if (what === "a secret") await writeFile(target, "elsewhere", { mode: 0o600 });
    await symlink(target, path);
    await expect(readOrCreateSecretFile(path, create)).rejects.toMatchObject({
      code: "SECRET_FILE_UNSAFE",
    });
    expect(await readFile(target, "utf8").catch(() => "nothing")).not.toBe("made here");
  },
);

test("readOrCreateSecretFile() refuses a pipe at once", async () => {
  const path = join(await temporaryDirectory(), "secret");
  execFileSync("mkfifo", ["-m", "600", path]);
  await expect(readOrCreateSecretFile(path, create)).rejects.toMatchObject({
    code: "SECRET_FILE_UNSAFE",
  });
});

// Only root can give a file away.
test.runIf(process.getuid?.() === 0)(
  "readOrCreateSecretFile() refuses a file of another user",
  async () => {
    const path = join(await temporaryDirectory(), "secret");
    await writeFile(path, "planted", { mode: 0o600 });
    await chown(path, 12_345, 12_345);
    await expect(readOrCreateSecretFile(path, create)).rejects.toMatchObject({
      code: "SECRET_FILE_UNSAFE",
      message: expect.stringContaining("belongs to another user") as unknown,
    });
  },
);
