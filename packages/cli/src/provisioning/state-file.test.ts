import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openState } from "@holdfast/provisioning";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import { createStateFile } from "./state-file.ts";

const OWNER = { bundleId: "com.example.yoga", environment: "sandbox" } as const;
const RECORD_MANY = fileURLToPath(new URL("testing/record-many.ts", import.meta.url));

test("createStateFile() loses nothing of two keepers that write to one file at the same time", async () => {
  // The disk takes real time, so the lock's patience has to be real, too.
  await using io = await createFakeIo({ now: Date.now, sleep: () => setImmediate() });
  const open = () => openState(createStateFile(io, { path: "s.json", owner: OWNER }), OWNER, 0);
  const keepers = await Promise.all([open(), open()]);
  const names = Array.from({ length: 10 }, (_, index) => `message-${index}`);
  await Promise.all(
    keepers.flatMap((keeper, which) =>
      names.map((message) =>
        keeper.update((before) => ({
          ...before,
          names: { ...before.names, [`${which} ${message}`]: { message, locale: "en-US" } },
        })),
      ),
    ),
  );
  expect(Object.keys((await open()).current.names)).toHaveLength(20);
  expect(await readdir(io.cwd)).toEqual(["s.json"]);
});

test("createStateFile() loses nothing of two processes that write to one file at the same time", async () => {
  await using io = await createFakeIo();
  const path = join(io.cwd, "deep", "s.json");
  const ended = ["one", "other"].map(async (name) => {
    const child = spawn(process.execPath, [RECORD_MANY, path, name, "25"], { stdio: "inherit" });
    return (await once(child, "exit"))[0] as unknown;
  });
  expect(await Promise.all(ended)).toEqual([0, 0]);
  const { names } = JSON.parse(await readFile(path, "utf8")) as { readonly names: object };
  expect(Object.keys(names)).toHaveLength(50);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(io.cwd, "deep"))).toEqual(["s.json"]);
});

test("createStateFile() makes no file, not even a lock, where nothing changes", async () => {
  await using io = await createFakeIo();
  const files = { create: refuse, rename: refuse, remove: refuse };
  const store = createStateFile(io, { path: "s.json", owner: OWNER, files });
  const state = await openState(store, OWNER, 0);
  await state.update((before) => before);
  expect(await readdir(io.cwd)).toEqual([]);
});

function refuse(): Promise<never> {
  return Promise.reject(new Error("nothing is to be written"));
}
