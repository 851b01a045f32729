import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  dataDirectoryOf,
  fillDirectory,
  openSecrets,
} from "../packages/cli/src/database/testing/data-directory.ts";
import { createFakeIo } from "../packages/cli/src/testing/fake-io.ts";
import { runBinary } from "./spawn-cli.ts";

/** Ends a process at a step of the master key's file: written aside and renamed, when a key comes and when it goes. */
function killedAt(step: number): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import ${new URL("kill-at-file-step.ts", import.meta.url).href}`,
    HOLDFAST_E2E_STEPS_OF: ".tmp",
    HOLDFAST_E2E_KILL_AT: String(step),
  };
}

test("rotate-master-key, killed anywhere, leaves every secret readable, and finishes when run again", async () => {
  const steps = 8;
  for (let step = 1; step <= steps + 1; step += 1) {
    await using io = await createFakeIo();
    await fillDirectory(io);
    const keyFile = async () =>
      (await readFile(join(dataDirectoryOf(io), "master-key"), "utf8")).trim().split("\n");
    const [first = ""] = await keyFile();
    const killed = await runBinary(["rotate-master-key"], { cwd: io.cwd, env: killedAt(step) });
    // Past the last step it ends by itself: there are no more.
    expect({ step, code: killed.code }).toEqual({ step, code: step > steps ? 0 : null });
    await expect(openSecrets(io)).resolves.toHaveLength(3);
    const again = await runBinary(["rotate-master-key"], { cwd: io.cwd });
    expect(again).toMatchObject({ code: 0, err: "" });
    const keys = await keyFile();
    expect(keys).toHaveLength(1);
    expect(keys).not.toContain(first);
    await expect(openSecrets(io)).resolves.toHaveLength(3);
  }
});
