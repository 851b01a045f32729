import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openYogaStore, YOGA_SANDBOX } from "../../../../bulk/testing/yoga-store.ts";
import type { YogaStore } from "../../../../bulk/testing/yoga-store.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const IMPORT = "storekit retention-messaging defaults import";
const SET_ALL = "storekit retention-messaging defaults set-all";
const MESSAGE = "0a0a0a0a-0000-4000-8000-00000000000a";

const CSV = `product_id,locale,message_id
yoga.monthly,en-US,${MESSAGE}
yoga.monthly,de-DE,${MESSAGE}
yoga.yearly,en-US,${MESSAGE}
`;

async function openWithMessage(): Promise<YogaStore> {
  const store = await openYogaStore();
  store.emulator.uploadMessage(YOGA_SANDBOX, MESSAGE, { header: "Stay", body: "Please." });
  await writeFiles(store.io, { "d.csv": CSV });
  return store;
}

/** The defaults of the message, as `product locale`. */
function defaultsOf({ emulator }: YogaStore): readonly string[] {
  return emulator
    .defaults(YOGA_SANDBOX)
    .filter(({ messageIdentifier }) => messageIdentifier === MESSAGE)
    .map(({ productId, locale }) => `${productId} ${locale}`);
}

function configuresOf({ emulator }: YogaStore): number {
  const log = emulator.requestLog.list();
  return log.filter(({ operation }) => operation === "configureDefaultMessage").length;
}

const ALL = ["yoga.monthly en-US", "yoga.monthly de-DE", "yoga.yearly en-US"];

describe("holdfast storekit retention-messaging defaults import", () => {
  test("sets what the file lists", async () => {
    await using store = await openWithMessage();
    const { code, json } = await runJson(store.io, `${IMPORT} d.csv`);
    expect([code, json["set"]]).toEqual([0, 3]);
    expect(defaultsOf(store)).toEqual(ALL);
  });

  test("under --dry-run sets nothing", async () => {
    await using store = await openWithMessage();
    const { code, json } = await runJson(
      store.io,
      `${IMPORT} d.csv --dry-run --state s --failed f`,
    );
    expect([code, json["set"]]).toEqual([0, 0]);
    expect(json["defaults"]).toMatchObject([{ action: "planned" }, {}, {}]);
    expect(configuresOf(store)).toBe(0);
    await expect(readFile(join(store.io.cwd, "s"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("tells all errors at once with their lines, and sets nothing", async () => {
    await using store = await openWithMessage();
    const bad = `${CSV}yoga monthly,en_US,x\nyoga.yearly,en-US,${MESSAGE}\n`;
    await writeFiles(store.io, { "d.csv": bad });
    expect(await run(store.io, `${IMPORT} d.csv --output json`)).toBe(2);
    expect(errorOf(store.io)["issues"]).toMatchObject([
      { line: 5, code: "PRODUCT_ID_INVALID" },
      { line: 5, code: "UNKNOWN_LOCALE" },
      { line: 5, code: "IDENTIFIER_INVALID" },
      { line: 6, code: "DUPLICATE_ROW" },
    ]);
    expect(store.emulator.requestLog.list()).toEqual([]);
  });

  test("refuses a message that is not there or not approved before spending any quota", async () => {
    await using store = await openWithMessage();
    const other = "0a0a0a0a-0000-4000-8000-00000000000b";
    await writeFiles(store.io, { "d.csv": `${CSV}yoga.yearly,ja,${other}\n` });
    expect(await run(store.io, `${IMPORT} d.csv --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({
      code: "MESSAGE_NOT_APPROVED",
      message: expect.stringContaining(`${other} is not at Apple`) as string,
    });
    expect(configuresOf(store)).toBe(0);
  });

  test("goes on after a refusal, and the rows that failed can be imported", async () => {
    await using store = await openWithMessage();
    store.emulator.faults.set([
      {
        kind: "error",
        operation: "configureDefaultMessage",
        errorCode: 4000023,
        skip: 1,
        times: 1,
      },
    ]);
    const { code, json } = await runJson(store.io, `${IMPORT} d.csv --failed failed.csv`);
    expect([code, json["set"], json["failed"]]).toEqual([1, 2, 1]);
    expect(await run(store.io, `${IMPORT} failed.csv`)).toBe(0);
    expect(defaultsOf(store).toSorted()).toEqual(ALL.toSorted());
  });

  test("with --state does not set again what an interrupted run has set", async () => {
    await using store = await openWithMessage();
    store.emulator.faults.set([
      {
        kind: "status",
        status: 401,
        operation: "configureDefaultMessage",
        skip: 2,
        times: 1,
      },
    ]);
    const line = `${IMPORT} d.csv --state defaults.done`;
    expect((await runJson(store.io, line)).json).toMatchObject({ set: 2, failed: 1, notTried: 0 });
    // As a kill in the middle of a line leaves it.
    await appendFile(join(store.io.cwd, "defaults.done"), '{"bundleId":"com.exa');
    expect((await runJson(store.io, line)).json).toMatchObject({ set: 1, skipped: 2 });
    expect((await runJson(store.io, line)).json).toMatchObject({ set: 0, skipped: 3 });
    expect(configuresOf(store)).toBe(4);
  });

  test("with --state keeps environments apart", async () => {
    await using store = await openWithMessage();
    const { emulator } = store;
    const production = { app: "yoga", environment: "production" } as const;
    emulator.uploadMessage(production, MESSAGE, { header: "Stay", body: "Please." });
    emulator.reviewMessage(production, MESSAGE, "APPROVED");
    const line = `${IMPORT} d.csv --state defaults.done`;
    await runJson(store.io, line);
    const { json } = await runJson(store.io, `${line} --environment production`);
    expect(json).toMatchObject({ set: 3, skipped: 0 });
  });
});

describe("holdfast storekit retention-messaging defaults set-all", () => {
  const base = `${SET_ALL} --message-id ${MESSAGE}`;

  test("sets every product in every locale named", async () => {
    await using store = await openWithMessage();
    const line = `${base} --products yoga.monthly,yoga.yearly,yoga.monthly --locales en-US,de-DE`;
    expect((await runJson(store.io, line)).json).toMatchObject({ set: 4 });
    expect(defaultsOf(store)).toHaveLength(4);
  });

  test("sets all products of a catalog in all locales of the App Store", async () => {
    await using store = await openWithMessage();
    await copyYoga(store.io);
    const { json } = await runJson(store.io, `${base} --all-from catalog.json`);
    expect(json).toMatchObject({ set: 150 });
  });

  test.each([
    ["", "OPTION_MISSING"],
    ["--products a --all-from catalog.json", "OPTION_INVALID"],
    ["--products ,", "OPTION_INVALID"],
    ["--products a --locales en_US", "OPTION_INVALID"],
    ["--all-from d.csv", "JSON_MALFORMED"],
  ])("refuses %j", async (options, code) => {
    await using store = await openWithMessage();
    expect(await run(store.io, `${base} ${options} --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({ code });
    expect(configuresOf(store)).toBe(0);
  });
});
