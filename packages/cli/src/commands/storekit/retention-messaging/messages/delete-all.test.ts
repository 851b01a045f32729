import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openYogaStore, YOGA_SANDBOX } from "../../../../bulk/testing/yoga-store.ts";
import type { YogaStore } from "../../../../bulk/testing/yoga-store.ts";
import { errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const MESSAGES = "storekit retention-messaging messages delete-all";
const IMAGES = "storekit retention-messaging images delete-all";
const [A, B, ABSENT] = ["a", "b", "c"].map((end) => `0a0a0a0a-0000-4000-8000-00000000000${end}`);
const PICTURE = new URL("../../../../testing/yoga/classes.png", import.meta.url);

async function openWithMessages(): Promise<YogaStore> {
  const store = await openYogaStore();
  for (const identifier of [A, B]) {
    store.emulator.uploadMessage(YOGA_SANDBOX, identifier ?? "", { header: "H", body: "B" });
  }
  await writeFiles(store.io, {
    "ids.txt": `# old ones\n${A}\r\n\n ${ABSENT} # gone\n${B}\n${A}\n`,
  });
  return store;
}

function left({ emulator }: YogaStore): readonly string[] {
  const there = emulator.messages(YOGA_SANDBOX).map((message) => message.messageIdentifier);
  return there.filter((identifier) => identifier === A || identifier === B);
}

describe("holdfast storekit retention-messaging messages delete-all", () => {
  test("deletes what the file lists, each once, and leaves out what is not there", async () => {
    await using store = await openWithMessages();
    const { code, json } = await runJson(store.io, `${MESSAGES} ids.txt --confirm`);
    expect(code).toBe(0);
    expect(json).toMatchObject({ deleted: 2, absent: 1, failed: 0, notTried: 0 });
    expect(json["messages"]).toMatchObject([
      { messageIdentifier: A, action: "deleted" },
      { messageIdentifier: ABSENT, action: "absent" },
      { messageIdentifier: B, action: "deleted" },
    ]);
    expect(left(store)).toEqual([]);
  });

  test("deletes nothing without --confirm, nor under --dry-run", async () => {
    await using store = await openWithMessages();
    expect(await run(store.io, `${MESSAGES} ids.txt --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({ code: "OPTION_MISSING" });
    const { json } = await runJson(store.io, `${MESSAGES} ids.txt --dry-run`);
    expect(json).toMatchObject({ deleted: 0, absent: 1 });
    expect(left(store)).toEqual([A, B]);
  });

  test("tells every line that is no identifier, and deletes nothing", async () => {
    await using store = await openWithMessages();
    await writeFiles(store.io, { "ids.txt": `${A}\nx\n${A?.toUpperCase()}\n` });
    expect(await run(store.io, `${MESSAGES} ids.txt --confirm --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({
      code: "IDENTIFIER_INVALID",
      message: expect.stringMatching(/^ids\.txt:2: .*\nids\.txt:3: .*write "0a0a/) as string,
    });
    expect(left(store)).toEqual([A, B]);
  });

  test("goes on after a refusal, and what failed can be deleted with its file", async () => {
    await using store = await openWithMessages();
    store.emulator.faults.set([
      {
        kind: "error",
        operation: "deleteMessage",
        errorCode: 4040015,
        times: 1,
      },
    ]);
    const line = `${MESSAGES} ids.txt --confirm --failed failed.txt`;
    expect(await runJson(store.io, line)).toMatchObject({
      code: 1,
      json: { deleted: 1, failed: 1 },
    });
    const failed = await readFile(join(store.io.cwd, "failed.txt"), "utf8");
    expect(failed).toMatch(new RegExp(`^${A} # APPLE_REFUSED 4040015: .*\n$`));
    expect(await run(store.io, `${MESSAGES} failed.txt --confirm`)).toBe(0);
    expect(left(store)).toEqual([]);
  });

  test("stops after three failures of Apple's in a row", async () => {
    await using store = await openYogaStore();
    const ids = Array.from(
      { length: 5 },
      (_, index) => `0a0a0a0a-0000-4000-8000-00000000001${index}`,
    );
    for (const id of ids) {
      store.emulator.uploadMessage(YOGA_SANDBOX, id, { header: "H", body: "B" });
    }
    await writeFiles(store.io, { "ids.txt": ids.join("\n") });
    store.emulator.faults.set([{ kind: "status", status: 503, operation: "deleteMessage" }]);
    const { code, json } = await runJson(store.io, `${MESSAGES} ids.txt --confirm`);
    expect([code, json["failed"], json["notTried"]]).toEqual([1, 3, 2]);
  });

  test("refuses a file without identifiers", async () => {
    await using store = await openYogaStore();
    await writeFiles(store.io, { "ids.txt": "# nothing\n" });
    expect(await run(store.io, `${MESSAGES} ids.txt --confirm --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({ code: "IMPORT_EMPTY" });
  });
});

test("holdfast storekit retention-messaging images delete-all says which image is in use", async () => {
  await using store = await openYogaStore();
  const { emulator, io } = store;
  const png = await readFile(PICTURE);
  for (const id of [A, B]) emulator.uploadImage(YOGA_SANDBOX, id ?? "", png, "FULL_SIZE");
  const image = { imageIdentifier: A ?? "", altText: "A class" };
  emulator.uploadMessage(YOGA_SANDBOX, ABSENT ?? "", { header: "H", body: "B", image });
  await writeFiles(io, { "ids.txt": `${A}\n${B}\n` });
  const { code, json } = await runJson(io, `${IMAGES} ids.txt --confirm`);
  expect(code).toBe(1);
  expect(json["images"]).toMatchObject([
    { imageIdentifier: A, action: "failed", reason: expect.stringContaining("4030019") as string },
    { imageIdentifier: B, action: "deleted", reason: "" },
  ]);
});
