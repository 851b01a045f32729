import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../../testing/run.ts";
import { addYogaWithKeys, startYogaControl } from "../../testing/yoga-control.ts";
import type { YogaControl } from "../../testing/yoga-control.ts";

let control: YogaControl;
beforeAll(async () => {
  control = await startYogaControl();
  await using io = await control.server.openIo();
  await addYogaWithKeys(io, control);
});
afterAll(() => control.close());

describe("holdfast catalog sync", () => {
  test("waits for the end and tells what there is; status and problems tell it later", async () => {
    await using io = await control.server.openIo({ isErrTty: true });
    expect(await run(io, "catalog sync --app yoga")).toBe(0);
    expect(io.err()).toContain("reading App Store Connect for yoga");
    expect(io.out()).toMatch(/The catalog of yoga is synced: \d+ products, \d+ promotional offers/);

    const { json } = await runJson(io, "catalog sync --app yoga");
    expect(json).toMatchObject({ state: "succeeded" });
    expect(Number(json["products"])).toBeGreaterThan(0);

    const status = (await runJson(io, "catalog status --app yoga")).json;
    expect(status).toMatchObject({ state: "succeeded" });
    expect(Number(status["nextAt"])).toBeGreaterThan(Number(status["succeededAt"]));
    expect((await runJson(io, "catalog problems --app yoga")).json["items"]).toEqual(
      json["problems"],
    );
  });

  test("does not wait with --no-wait", async () => {
    await using io = await control.server.openIo();
    const { code, json } = await runJson(io, "catalog sync --app yoga --no-wait");
    expect(code).toBe(0);
    expect(["running", "succeeded"]).toContain(json["state"]);
  });

  test("says that there is no key, and where to add one", async () => {
    await using io = await control.server.openIo();
    await run(io, "apps add keyless --bundle-id com.example.keyless --apple-id 9");
    expect(await run(io, "catalog sync --app keyless --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({
      code: "CONFLICT",
      advice: "holdfast connect-keys add --app keyless",
    });
    const before = io.out().length;
    expect(await run(io, "catalog status --app keyless")).toBe(0);
    expect(io.out().slice(before)).toContain("never synced");
  });
});

/** A control plane that takes the wish for a sync, and says this of it later. */
function syncing(sync: unknown) {
  return async (_url: string, { method }: RequestInit) =>
    Response.json(sync, { status: method === "POST" ? 202 : 200 });
}

describe("holdfast catalog sync that is cut short", () => {
  /** What the control plane says of the sync, until somebody looks away. */
  const RUNNING = { state: "running", startedAt: 1 };

  test("ends with 5 after the timeout, and says where it goes on", async () => {
    let slept = 0;
    await using io = await control.server.openIo({
      now: () => Date.now() + slept,
      sleep: async (ms) => void (slept += ms),
      fetch: syncing(RUNNING),
    });
    expect(await run(io, "catalog sync --app yoga --timeout 30s --output json")).toBe(5);
    expect(errorOf(io)).toMatchObject({ code: "STILL_PENDING" });
    expect(errorOf(io)["advice"]).toContain("holdfast catalog status --app yoga");
  });

  test("ends with 130 on Ctrl-C", async () => {
    await using io = await control.server.openIo({
      fetch: syncing(RUNNING),
    });
    io.interrupt();
    expect(await run(io, "catalog sync --app yoga --output json")).toBe(130);
    expect(errorOf(io)).toMatchObject({ code: "INTERRUPTED" });
  });

  test("ends with 1 and the reason when the sync fails", async () => {
    const problem = { code: "CREDENTIALS_REFUSED", message: "App Store Connect refused the key" };
    await using io = await control.server.openIo({
      fetch: syncing({ state: "failed", problem }),
    });
    expect(await run(io, "catalog sync --app yoga --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "SYNC_FAILED" });
    expect(errorOf(io)["message"]).toContain("CREDENTIALS_REFUSED: App Store Connect refused");
  });
});

async function synced() {
  const io = await control.server.openIo();
  await run(io, "catalog sync --app yoga");
  return io;
}

describe("holdfast catalog pull", () => {
  test("writes what flow validate then reads, without Apple and the control plane", async () => {
    await using io = await synced();
    await copyYoga(io);
    const { json } = await runJson(io, "catalog pull --app yoga");
    expect(json).toMatchObject({ file: "catalog.json", isWritten: true });
    const alone = {
      ...io,
      env: { HOME: io.cwd },
      fetch: () => Promise.reject(new Error("nobody may be asked")),
    };
    const { code, json: validated } = await runJson(alone, "flow validate");
    expect(validated).toMatchObject({ catalog: "catalog.json", valid: code === 0 });

    // What the file lacks, the flow may not name: the file is what counts.
    const catalog = JSON.parse(await readFile(join(io.cwd, "catalog.json"), "utf8")) as {
      products: unknown[];
    };
    await writeFiles(io, { "catalog.json": JSON.stringify({ ...catalog, products: [] }) });
    expect((await runJson(alone, "flow validate")).json).toMatchObject({ valid: false });
  });

  test("writes the same bytes every time, and nothing that changes with each sync", async () => {
    await using io = await synced();
    await run(io, "catalog pull --app yoga");
    const first = await readFile(join(io.cwd, "catalog.json"), "utf8");
    await run(io, "catalog sync --app yoga");
    expect((await runJson(io, "catalog pull --app yoga")).json).toMatchObject({
      isCurrent: true,
      isWritten: false,
      added: [],
      removed: [],
      changed: [],
    });
    expect(await readFile(join(io.cwd, "catalog.json"), "utf8")).toBe(first);
    expect(first).not.toContain("syncedAt");
    expect(first.endsWith("}\n")).toBe(true);
  });

  test("--check writes nothing, tells the difference and ends with 1", async () => {
    await using io = await synced();
    await run(io, "catalog pull --app yoga");
    const text = await readFile(join(io.cwd, "catalog.json"), "utf8");
    const catalog = JSON.parse(text) as { products: Record<string, unknown>[] };
    const [gone, ...rest] = catalog.products;
    const old = { ...gone, productId: "yoga.retired", promotionalOffers: [] };
    const stale = JSON.stringify({ ...catalog, products: [old, ...rest] });
    await writeFiles(io, { "catalog.json": stale });
    const { code, json } = await runJson(io, "catalog pull --app yoga --check");
    expect(code).toBe(1);
    expect(json).toMatchObject({ isCurrent: false, isWritten: false, removed: ["yoga.retired"] });
    expect(json["added"]).toContain(gone?.["productId"]);
    expect(await readFile(join(io.cwd, "catalog.json"), "utf8")).toBe(stale);
    await run(io, "catalog pull --app yoga");
    expect((await runJson(io, "catalog pull --app yoga --check")).code).toBe(0);
  });

  test("does not write over another app's catalog, nor over what is none, unless forced", async () => {
    await using io = await synced();
    for (const text of ['{"bundleId":"com.example.other","products":[]}', "my notes"]) {
      await writeFiles(io, { "catalog.json": text });
      expect(await run(io, "catalog pull --app yoga")).toBe(2);
      expect(await readFile(join(io.cwd, "catalog.json"), "utf8")).toBe(text);
      expect(await run(io, "catalog pull --app yoga --force")).toBe(0);
    }
  });

  test("says that the catalog was not read yet", async () => {
    await using io = await control.server.openIo();
    await run(io, "apps add fresh --bundle-id com.example.fresh --apple-id 8");
    expect(await run(io, "catalog pull --app fresh --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "NOT_FOUND" });
  });
});
