import { chmod, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { requireOwnData } from "./require-own-data.ts";

const FILES = ["holdfast.db", "runtime-apps.json"];

async function dataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-own-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const file of FILES) await writeFile(join(directory, file), "{}", { mode: 0o600 });
  return directory;
}

test("requireOwnData() takes what is not there, what is ours, and what a volume's group may use", async () => {
  const directory = await dataDirectory();
  await expect(requireOwnData(join(directory, "missing"))).resolves.toBeUndefined();
  await expect(requireOwnData(directory)).resolves.toBeUndefined();
  await chmod(join(directory, "holdfast.db"), 0o660);
  await expect(requireOwnData(directory)).resolves.toBeUndefined();
});

test.each(FILES)("requireOwnData() refuses %s as it comes with a repository", async (file) => {
  const directory = await dataDirectory();
  await chmod(join(directory, file), 0o644);
  await expect(requireOwnData(directory)).rejects.toMatchObject({
    code: "DATA_FILE_UNSAFE",
    message: expect.stringContaining("mode 644") as unknown,
  });
});

test.each(FILES)("requireOwnData() refuses a link in the place of %s", async (file) => {
  const directory = await dataDirectory();
  const path = join(directory, file);
  await rename(path, `${path}.elsewhere`);
  await symlink(`${path}.elsewhere`, path);
  await expect(requireOwnData(directory)).rejects.toMatchObject({ code: "DATA_FILE_UNSAFE" });
});
