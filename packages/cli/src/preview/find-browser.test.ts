import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { findBrowser } from "./find-browser.ts";

async function putProgram(io: FakeIo, path: string, mode = 0o755): Promise<string> {
  const file = join(io.cwd, path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, "#!/bin/sh\n");
  await chmod(file, mode);
  return file;
}

const find = (io: FakeIo, env: Readonly<Record<string, string>>, places: readonly string[] = []) =>
  findBrowser({ env, cwd: io.cwd }, places);

describe("findBrowser() returns", () => {
  test("the one HOLDFAST_CHROME names, before that of CHROME_PATH and the PATH", async () => {
    await using io = await createFakeIo();
    const own = await putProgram(io, "own");
    const other = await putProgram(io, "bin/chromium");
    const env = { CHROME_PATH: other, PATH: join(io.cwd, "bin") };
    expect(await find(io, { HOLDFAST_CHROME: "own", ...env })).toBe(own);
    expect(await find(io, { HOLDFAST_CHROME: "", ...env })).toBe(other);
    expect(await find(io, { PATH: env.PATH })).toBe(other);
  });

  test("one from where installers put it when the PATH has none", async () => {
    await using io = await createFakeIo();
    const installed = await putProgram(io, "Applications/Edge");
    await putProgram(io, "bin/google-chrome", 0o644);
    expect(await find(io, { PATH: join(io.cwd, "bin") }, [installed])).toBe(installed);
  });
});

describe("findBrowser() throws BROWSER_MISSING", () => {
  test("when there is none, and says what to install and that HTML needs none", async () => {
    await using io = await createFakeIo();
    await expect(find(io, {})).rejects.toMatchObject({
      code: "BROWSER_MISSING",
      message: expect.stringMatching(
        /Chrome, Chromium or Edge.*HOLDFAST_CHROME.*HTML needs none/,
      ) as string,
    });
  });

  test("when a variable names nothing that runs, whatever else is there", async () => {
    await using io = await createFakeIo();
    const other = await putProgram(io, "bin/chromium");
    const env = { CHROME_PATH: "gone", PATH: join(other, "..") };
    await expect(find(io, env)).rejects.toMatchObject({
      code: "BROWSER_MISSING",
      message: expect.stringContaining("CHROME_PATH") as string,
    });
  });
});
