import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { writeFiles } from "../testing/run.ts";
import { findWrangler } from "./find-wrangler.ts";

const IN_PACKAGE = "node_modules/wrangler/bin/wrangler.js";

test("findWrangler() takes the nearest project's package, run by this Node", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { [IN_PACKAGE]: "", [`inner/${IN_PACKAGE}`]: "" });
  const deep = join(io.cwd, "inner", "deeper");
  expect(await findWrangler({ cwd: deep, env: {} })).toEqual({
    program: process.execPath,
    arguments: [join(io.cwd, "inner", IN_PACKAGE)],
  });
});

test("findWrangler() takes what is beside this program where the project has none", async () => {
  await using io = await createFakeIo();
  const { arguments: words } = await findWrangler(io);
  expect(words[0]).toMatch(/node_modules.wrangler.bin.wrangler\.js$/);
});

test("findWrangler() takes what is on the PATH, if it may be run", async () => {
  await using io = await createFakeIo();
  await writeFiles(io, { "one/wrangler": "", "two/wrangler": "" });
  await chmod(join(io.cwd, "two/wrangler"), 0o755);
  const env = { PATH: `${io.cwd}/one:${io.cwd}/two` };
  expect(await findWrangler({ cwd: io.cwd, env }, [])).toEqual({
    program: join(io.cwd, "two/wrangler"),
    arguments: [],
  });
});

test("findWrangler() says how to get it where there is none", async () => {
  await using io = await createFakeIo();
  await expect(findWrangler(io, [])).rejects.toMatchObject({
    code: "WRANGLER_MISSING",
    message: expect.stringContaining("npm install --save-dev wrangler") as string,
  });
});
