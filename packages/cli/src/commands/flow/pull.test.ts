import { createHash } from "node:crypto";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import { startOfflineControl } from "../../going-live/testing/offline-control.ts";
import type { OfflineControl } from "../../going-live/testing/offline-control.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const PULL = "flow pull --app yoga";

function readHere(io: FakeIo, path: string): Promise<string> {
  return readFile(join(io.cwd, path), "utf8");
}

/** Saves a version with further files, which its document does not name: what somebody hostile could. */
async function saveWith(
  yoga: OfflineControl,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const source = await readHere(yoga.io, "flow.yaml");
  const png = await readFile(join(yoga.io.cwd, "classes.png"));
  const params = { app: "yoga" };
  await yoga.client.call(routes.keepImageFile, { params, body: { png: png.toString("base64") } });
  const images = { "./classes.png": createHash("sha256").update(png).digest("hex") };
  await yoga.client.call(routes.createVersion, { params, body: { source, files, images } });
}

describe("flow pull", () => {
  test("writes what was pushed, comments, message files and images", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    const extra =
      "extra: { defaultLocale: en-US, locales: { en-US: { header: A, body: B. } } } # mine\n";
    await writeFiles(io, { "texts/extra.yaml": extra });
    await yoga.edit("\nmessages:\n", "\nmessageFiles: [texts/extra.yaml]\nmessages:\n");
    await run(io, "flow push --app yoga");
    const { code, json } = await runJson(io, "flow pull elsewhere/flow.yaml --app yoga");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      version: 1,
      files: [
        { path: "elsewhere/classes.png", state: "new" },
        { path: "elsewhere/texts/extra.yaml", state: "new" },
        { path: "elsewhere/flow.yaml", state: "new" },
      ],
    });
    for (const file of ["flow.yaml", "texts/extra.yaml", "classes.png"]) {
      expect(await readFile(join(io.cwd, "elsewhere", file))).toEqual(
        await readFile(join(io.cwd, file)),
      );
    }
  });

  test("overwrites a flow that is saved, and not one that is nowhere else unless forced", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    await run(io, "flow push --app yoga");
    const original = await readHere(io, "flow.yaml");
    await yoga.edit("percent: 5", "percent: 6");
    await run(io, "flow push --app yoga");
    // What is here is version 2, which is kept: going back to version 1 loses nothing.
    expect(await run(io, `${PULL} --version 1`)).toBe(0);
    expect(await readHere(io, "flow.yaml")).toBe(original);
    await yoga.edit("percent: 5", "percent: 7");
    expect(await run(io, `${PULL} --version 2 --output json`)).toBe(2);
    expect(errorOf(io)).toMatchObject({
      code: "FILE_EXISTS",
      message: expect.stringContaining("flow.yaml") as string,
    });
    expect(await readHere(io, "flow.yaml")).toContain("percent: 7");
    expect(await run(io, `${PULL} --version 2 --force`)).toBe(0);
    expect(await readHere(io, "flow.yaml")).toContain("percent: 6");
  });

  test("takes no file that is not the flow's for saved", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    await saveWith(yoga, { "notes.yaml": "theirs" });
    await writeFiles(io, { "notes.yaml": "mine" });
    expect(await run(io, PULL)).toBe(2);
    expect(await readHere(io, "notes.yaml")).toBe("mine");
  });

  test.each([
    ["../evil.yaml", "PULL_PATH_REFUSED"],
    ["/tmp/evil.yaml", "PULL_PATH_REFUSED"],
    [".git/config", "PULL_PATH_REFUSED"],
    ["texts/../../evil.yaml", "PULL_PATH_REFUSED"],
    ["a\\..\\evil.yaml", "PULL_PATH_REFUSED"],
    ["./flow.yaml", "PULL_PATH_REFUSED"],
    ["linked/evil.yaml", "FILE_UNWRITABLE"],
  ])("writes nothing where a version has a file at %s", async (path, code) => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    await saveWith(yoga, { [path]: "evil" });
    await mkdir(join(io.cwd, "project"));
    await symlink(io.cwd, join(io.cwd, "project/linked"));
    expect(await run(io, "flow pull project/flow.yaml --app yoga --force --output json")).not.toBe(
      0,
    );
    expect(errorOf(io)["code"]).toBe(code);
    await expect(readHere(io, "project/flow.yaml")).rejects.toThrow();
    await expect(readHere(io, "evil.yaml")).rejects.toThrow();
  });

  test("tells what to do where nothing is saved or live", async () => {
    await using yoga = await startOfflineControl();
    const { io } = yoga;
    expect(await run(io, PULL)).toBe(1);
    expect(io.err()).toContain("save one: holdfast flow push --app yoga");
    expect(await run(io, `${PULL} --version live`)).toBe(1);
    expect(io.err()).toContain("nothing of yoga is live in production");
    expect(await run(io, `${PULL} --version newest`)).toBe(2);
  });
});
