import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writePng } from "@holdfast/appstore/images/testing";
import { openYogaStore, YOGA_SANDBOX } from "../../../../bulk/testing/yoga-store.ts";
import type { YogaStore } from "../../../../bulk/testing/yoga-store.ts";
import type { ExitCode } from "../../../../command.ts";
import { createFakeIo } from "../../../../testing/fake-io.ts";
import type { FakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const IMPORT = "storekit retention-messaging messages import";

const CSV = `name,locale,header,body,header_position,revision
stay,en-US,Stay,Please.,,
stay,de-DE,Bleib,Bitte.,,
again,en-US,Stay,Please.,ABOVE_BODY,
`;

interface Imported {
  readonly code: ExitCode;
  readonly json: Readonly<Record<string, unknown>>;
  readonly actions: readonly unknown[];
  readonly identifiers: readonly unknown[];
}

async function importCsv(io: FakeIo, csv: string, options = ""): Promise<Imported> {
  await writeFiles(io, { "m.csv": csv });
  const { code, json } = await runJson(io, `${IMPORT} m.csv ${options}`);
  // The document lists messages.
  const messages = json["messages"] as readonly Readonly<Record<string, unknown>>[];
  return {
    code,
    json,
    actions: messages.map(({ action }) => action),
    identifiers: messages.map(({ messageIdentifier }) => messageIdentifier),
  };
}

function uploadsOf({ emulator }: YogaStore): number {
  return emulator.requestLog.list().filter(({ operation }) => operation === "uploadMessage").length;
}

function readBack(io: FakeIo, file: string): Promise<string> {
  return readFile(join(io.cwd, file), "utf8");
}

describe("holdfast storekit retention-messaging messages import", () => {
  test("uploads each content once, and tells every row's identifier", async () => {
    await using store = await openYogaStore();
    const { code, json, actions, identifiers } = await importCsv(store.io, CSV);
    expect([code, actions]).toEqual([0, ["uploaded", "uploaded", "uploaded"]]);
    expect(json).toMatchObject({ uploaded: 2, skipped: 0, failed: 0, notTried: 0, invalid: 0 });
    expect(identifiers[0]).toBe(identifiers[2]);
    expect(uploadsOf(store)).toBe(2);
    const there = store.emulator.messages(YOGA_SANDBOX).map((message) => message.messageIdentifier);
    expect(there).toEqual(expect.arrayContaining([...identifiers]));
  });

  test("uploads nothing twice when it is run again", async () => {
    await using store = await openYogaStore();
    await importCsv(store.io, CSV);
    const again = await importCsv(store.io, `${CSV}new,ja,新,文,,\n`);
    expect([again.code, again.actions]).toEqual([0, ["skipped", "skipped", "skipped", "uploaded"]]);
    expect(uploadsOf(store)).toBe(3);
  });

  test("does not take a text that Apple rejected before for one that is there", async () => {
    await using store = await openYogaStore();
    const { identifiers } = await importCsv(store.io, CSV);
    store.emulator.reviewMessage(YOGA_SANDBOX, String(identifiers[0]), "REJECTED");
    const again = await importCsv(store.io, CSV, "--failed failed.csv");
    expect([again.code, again.actions]).toEqual([1, ["rejected", "skipped", "rejected"]]);
    expect(again.json).toMatchObject({ uploaded: 0, skipped: 1, rejected: 1, failed: 0 });
    expect(await readBack(store.io, "failed.csv")).toContain("a higher revision");
    const revised = CSV.replace("Please.,,", "Please.,,2").replace("_BODY,", "_BODY,2");
    const { code } = await importCsv(store.io, revised);
    expect(code).toBe(0);
  });

  test("gives the same content another identifier under another revision", async () => {
    await using store = await openYogaStore();
    const first = await importCsv(store.io, CSV);
    const second = await importCsv(store.io, CSV.replace("Please.,,", "Please.,,2"));
    expect(second.actions).toEqual(["uploaded", "skipped", "skipped"]);
    expect(second.identifiers[0]).not.toBe(first.identifiers[0]);
  });

  test("under --dry-run tells what would be done and sends nothing but a look at the list", async () => {
    await using store = await openYogaStore();
    const { code, actions } = await importCsv(store.io, CSV, "--dry-run --failed failed.csv");
    expect([code, actions]).toEqual([0, ["upload", "upload", "upload"]]);
    expect(store.emulator.requestLog.list().map(({ operation }) => operation)).toEqual([
      "getMessageList",
    ]);
  });

  test("tells all errors at once with their lines, and sends nothing", async () => {
    await using store = await openYogaStore();
    const { io } = store;
    const long = "x".repeat(67);
    const bad = `name,locale,header,body,message_id
1stay,en_US,${long},"two
lines",
stay,en-US,Stay,,ABC
stay,en-US,Stay,Please.,
`;
    await writeFiles(io, { "m.csv": bad });
    expect(await run(io, `${IMPORT} m.csv --output json --failed failed.csv`)).toBe(2);
    const { code, issues } = errorOf(io);
    expect(code).toBe("IMPORT_INVALID");
    // The document lists issues.
    const told = (issues as readonly { line: number; code: string; severity: string }[])
      .filter(({ severity }) => severity === "error")
      .map((issue) => `${issue.line} ${issue.code}`);
    expect(told).toEqual([
      "2 NAME_INVALID",
      "2 UNKNOWN_LOCALE",
      "2 TEXT_TOO_LONG",
      "4 IDENTIFIER_INVALID",
      "4 TEXT_EMPTY",
      "5 DUPLICATE_ROW",
    ]);
    expect(store.emulator.requestLog.list()).toEqual([]);
    const failed = await readBack(io, "failed.csv");
    expect(failed.split("\n")[0]).toBe("name,locale,header,body,message_id,reason");
    expect(failed).toContain("TEXT_EMPTY");
  });

  test("refuses placeholders, which Apple would show as they stand", async () => {
    await using store = await openYogaStore();
    const csv = "name,locale,header,body,bullet_1_text\na,en-US,Stay {name},%@ left,100% calm\n";
    await writeFiles(store.io, { "m.csv": csv });
    expect(await run(store.io, `${IMPORT} m.csv --output json`)).toBe(2);
    const { issues } = errorOf(store.io);
    // The document lists issues.
    const told = (issues as readonly { code: string; path: readonly string[] }[])
      .filter(({ code }) => code === "PLACEHOLDER")
      .map(({ path }) => path[2]);
    expect(told).toEqual(["header", "body"]);
  });

  test("under --valid-only uploads the others, and what failed can be mended and imported", async () => {
    await using store = await openYogaStore();
    const bad = CSV.replace("de-DE", "de");
    const { code, json } = await importCsv(store.io, bad, "--valid-only --failed failed.csv");
    expect([code, json["uploaded"], json["invalid"]]).toEqual([1, 1, 1]);
    const failed = await readBack(store.io, "failed.csv");
    expect(failed).toContain('stay,de,Bleib,Bitte.,"UNKNOWN_LOCALE: locale: ');
    const mended = await importCsv(store.io, failed.replace("stay,de,", "stay,de-DE,"));
    expect([mended.code, mended.actions]).toEqual([0, ["uploaded"]]);
  });

  test("refuses the same identifier for two contents", async () => {
    await using store = await openYogaStore();
    const id = "0a0a0a0a-0000-4000-8000-000000000001";
    const csv = `name,locale,header,body,message_id\na,en-US,A,B,${id}\na,ja,C,B,${id}\na,ko,A,B,${id}\n`;
    await writeFiles(store.io, { "m.csv": csv });
    expect(await run(store.io, `${IMPORT} m.csv --output json`)).toBe(2);
    expect(errorOf(store.io)["issues"]).toMatchObject([{ code: "DUPLICATE_IDENTIFIER", line: 3 }]);
  });

  test("goes on after a refusal, writes the row down, and exits 1", async () => {
    await using store = await openYogaStore();
    store.emulator.faults.set([
      {
        kind: "error",
        operation: "uploadMessage",
        errorCode: 4000162,
        times: 1,
      },
    ]);
    const { code, actions } = await importCsv(store.io, CSV, "--failed failed.csv");
    expect([code, actions]).toEqual([1, ["failed", "uploaded", "failed"]]);
    expect(await readBack(store.io, "failed.csv")).toContain("APPLE_REFUSED 4000162");
    const again = await importCsv(store.io, CSV, "--failed failed.csv");
    expect([again.code, again.actions]).toEqual([0, ["uploaded", "skipped", "uploaded"]]);
    expect((await readBack(store.io, "failed.csv")).trimEnd().split("\n")).toHaveLength(1);
  });

  test("stops when Apple accepts the credentials no longer, and can be run again", async () => {
    await using store = await openYogaStore();
    store.emulator.faults.set([
      {
        kind: "status",
        status: 401,
        operation: "uploadMessage",
        skip: 1,
        times: 1,
      },
    ]);
    const stopped = await importCsv(store.io, `${CSV}more,ja,J,B,,\n`, "--failed failed.csv");
    expect([stopped.code, stopped.actions]).toEqual([
      1,
      ["uploaded", "failed", "uploaded", "notTried"],
    ]);
    const left = await importCsv(store.io, await readBack(store.io, "failed.csv"));
    expect([left.code, left.actions]).toEqual([0, ["uploaded", "uploaded"]]);
  });

  test("tells what was done when it is interrupted, and goes on when it is run again", async () => {
    await using store = await openYogaStore();
    store.emulator.faults.set([
      {
        kind: "error",
        operation: "uploadMessage",
        errorCode: 4290000,
        retryInMs: 1000,
        skip: 1,
        times: 1,
      },
    ]);
    const { env, cwd } = store.io;
    // Ctrl-C comes while the client waits for Apple's limit.
    const sleep = async (_: number, signal?: AbortSignal) => {
      io.interrupt();
      signal?.throwIfAborted();
    };
    await using io = await createFakeIo({ env, cwd, sleep, now: () => Date.now() });
    const stopped = await importCsv(io, `${CSV}more,ja,J,B,,\n`, "--failed failed.csv");
    expect([stopped.code, stopped.actions]).toEqual([
      130,
      ["uploaded", "failed", "uploaded", "notTried"],
    ]);
    expect(errorOf(io)).toMatchObject({
      code: "INTERRUPTED",
      advice: expect.stringContaining("run the same command again") as unknown,
    });
    const left = await importCsv(store.io, await readBack(io, "failed.csv"));
    expect([left.code, left.actions]).toEqual([0, ["uploaded", "uploaded"]]);
  });

  test("refuses before anything is sent what would be more than Apple takes", async () => {
    await using store = await openYogaStore();
    const rows = Array.from({ length: 2001 }, (_, index) => `m${index},en-US,H${index},B`);
    await writeFiles(store.io, { "m.csv": ["name,locale,header,body", ...rows].join("\n") });
    expect(await run(store.io, `${IMPORT} m.csv --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({ code: "TOO_MANY_MESSAGES" });
    expect(uploadsOf(store)).toBe(0);
  });

  test("changes nothing under --read-only", async () => {
    await using store = await openYogaStore();
    await writeFiles(store.io, { "m.csv": CSV });
    expect(await run(store.io, `${IMPORT} m.csv --read-only`)).toBe(6);
    expect(uploadsOf(store)).toBe(0);
  });

  test("writes the mapping as CSV", async () => {
    await using store = await openYogaStore();
    await writeFiles(store.io, { "m.csv": CSV });
    expect(await run(store.io, `${IMPORT} m.csv --output csv`)).toBe(0);
    const [head, first] = store.io.out().split("\n");
    expect(head).toBe("name,locale,messageIdentifier,action,messageState,reason");
    expect(first).toMatch(/^stay,en-US,[0-9a-f-]{36},uploaded,,$/);
  });

  test("takes images and bullet points that are at Apple, in a flow under the same identifier", async () => {
    await using store = await openYogaStore();
    const { emulator, io } = store;
    const [image, dot] = ["2", "3"].map((end) => `0a0a0a0a-0000-4000-8000-00000000000${end}`);
    const png = await readFile(YOGA_PICTURE);
    emulator.uploadImage(YOGA_SANDBOX, image ?? "", png, "FULL_SIZE");
    const square = writePng({ width: 1024, height: 1024 });
    emulator.uploadImage(YOGA_SANDBOX, dot ?? "", square, "BULLET_POINT");
    const csv = `name,locale,header,body,header_position,image_id,alt,bullet_2_text,bullet_2_image_id,bullet_2_alt
a,en-US,H,B,ABOVE_IMAGE,${image},A class,Every day,${dot},A dot
`;
    const { code, identifiers } = await importCsv(io, csv);
    expect(code).toBe(0);
    const uploaded = emulator
      .messages(YOGA_SANDBOX)
      .find((message) => message.messageIdentifier === identifiers[0]);
    expect(uploaded).toMatchObject({
      headerPosition: "ABOVE_IMAGE",
      image: { imageIdentifier: image, altText: "A class" },
      bulletPoints: [{ text: "Every day", imageIdentifier: dot, altText: "A dot" }],
    });
    const flow =
      "version: 1\napp: com.example.yoga\nmessageFiles: [messages.yaml]\nrules: []\nfallback: { message: a }\n";
    await writeFiles(io, { "flow.yaml": flow });
    expect(await run(io, `${IMPORT} m.csv --to-flow messages.yaml`)).toBe(0);
    const { json } = await runJson(io, "simulate --product yoga.monthly");
    expect(JSON.stringify(json["response"])).toContain(String(identifiers[0]));
  });

  test("names the column of a bullet point that is wrong", async () => {
    await using store = await openYogaStore();
    const csv = "name,locale,header,body,bullet_3_text,bullet_3_alt\na,en-US,H,B,Every day,A dot\n";
    await writeFiles(store.io, { "m.csv": csv });
    expect(await run(store.io, `${IMPORT} m.csv --output json`)).toBe(2);
    expect(errorOf(store.io)["issues"]).toMatchObject([
      { code: "IDENTIFIER_INVALID", path: ["a", "en-US", "bullet_3_image_id"] },
    ]);
  });
});

const YOGA_PICTURE = new URL("../../../../testing/yoga/classes.png", import.meta.url);

describe("holdfast storekit retention-messaging messages import --to-flow", () => {
  const FLOW = `version: 1
app: com.example.yoga
messageFiles: [messages.yaml]
rules: []
fallback: { message: stay }
`;

  test("writes messages a flow can use, without asking Apple", async () => {
    await using store = await openYogaStore();
    const { io } = store;
    await writeFiles(io, { "m.csv": CSV, "flow.yaml": FLOW });
    const written = await runJson(
      io,
      `${IMPORT} m.csv --to-flow messages.yaml --default-locale de-DE`,
    );
    expect(written).toMatchObject({ code: 0, json: { messages: 2, texts: 3 } });
    expect(await readBack(io, "messages.yaml")).toBe(`stay:
  defaultLocale: de-DE
  locales:
    en-US:
      header: Stay
      body: Please.
    de-DE:
      header: Bleib
      body: Bitte.
again:
  defaultLocale: en-US
  locales:
    en-US:
      header: Stay
      body: Please.
`);
    expect(await runJson(io, "flow validate")).toMatchObject({ json: { valid: true } });
    expect(store.emulator.requestLog.list()).toEqual([]);
  });

  test("takes a String Catalog's source language as the default locale", async () => {
    await using store = await openYogaStore();
    const unit = { stringUnit: { state: "translated", value: "T" } };
    const localizations = { de: unit, en: unit };
    const strings = { "stay.header": { localizations }, "stay.body": { localizations } };
    const catalog = JSON.stringify({ sourceLanguage: "en", strings, version: "1.0" });
    await writeFiles(store.io, { "L.xcstrings": catalog });
    expect(await run(store.io, `${IMPORT} L.xcstrings --to-flow messages.yaml`)).toBe(0);
    expect(await readBack(store.io, "messages.yaml")).toContain("defaultLocale: en-US");
  });

  test("names the prefix that keys of messages have, and how to name a locale", async () => {
    await using store = await openYogaStore();
    const { io } = store;
    const localizations = { "en-NZ": { stringUnit: { state: "translated", value: "T" } } };
    const strings = {
      "retention.stay.header": { localizations },
      "retention.stay.body": { localizations },
    };
    const catalog = JSON.stringify({ sourceLanguage: "en", strings, version: "1.0" });
    await writeFiles(io, { "L.xcstrings": catalog });
    expect(await run(io, `${IMPORT} L.xcstrings`)).toBe(2);
    expect(io.err()).toMatch(/IMPORT_EMPTY.*did you mean --prefix retention\.\?/);
    expect(await run(io, `${IMPORT} L.xcstrings --prefix retention.`)).toBe(2);
    expect(io.err()).toContain(
      "--map-locale en-NZ=en-AU, or another of en-AU, en-CA, en-GB, en-US",
    );
    const mapped = `${IMPORT} L.xcstrings --prefix retention. --map-locale en-NZ=en-AU`;
    expect(await run(io, `${mapped} --to-flow messages.yaml`)).toBe(0);
  });

  test("overwrites a file only when told to", async () => {
    await using store = await openYogaStore();
    const { io } = store;
    await writeFiles(io, { "m.csv": CSV, "messages.yaml": "mine" });
    expect(await run(io, `${IMPORT} m.csv --to-flow messages.yaml --output json`)).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "FILE_EXISTS" });
    expect(await readBack(io, "messages.yaml")).toBe("mine");
    expect(await run(io, `${IMPORT} m.csv --to-flow messages.yaml --force`)).toBe(0);
    expect(await readBack(io, "messages.yaml")).not.toBe("mine");
  });
});

test.each([
  ["Latin 1", Buffer.from(CSV.replace("Bleib", "Bleib schön"), "latin1")],
  ["UTF-16", Buffer.from(`\u{FEFF}${CSV}`, "utf16le")],
])(
  "messages import refuses a file in %s, whose characters would be lost for ever",
  async (_, csv) => {
    await using store = await openYogaStore();
    await writeFiles(store.io, { "m.csv": csv });
    expect(await run(store.io, `${IMPORT} m.csv --output json`)).toBe(2);
    expect(errorOf(store.io)).toMatchObject({ code: "FILE_NOT_UTF8" });
  },
);

test.each([
  ["--to-flow x.yaml --dry-run", "OPTION_INVALID"],
  ["--map-locale de", "OPTION_INVALID"],
  ["--format xliff", "XML_MALFORMED"],
])("messages import refuses %s", async (options, code) => {
  await using store = await openYogaStore();
  await writeFiles(store.io, { "m.csv": CSV });
  expect(await run(store.io, `${IMPORT} m.csv ${options} --output json`)).toBe(2);
  expect(errorOf(store.io)).toMatchObject({ code });
});
