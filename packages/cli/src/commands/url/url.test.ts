import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";
import { addYogaWithKeys, startYogaControl } from "../../testing/yoga-control.ts";
import type { YogaControl } from "../../testing/yoga-control.ts";

const SANDBOX = "--app yoga --environment sandbox";
const PRODUCTION = "--app yoga --environment production";
const A = "https://a.example.com/retention";
const B = "https://b.example.com/retention";
const C = "https://c.example.com/retention";

const sandbox = { app: "yoga", environment: "sandbox" } as const;
const production = { app: "yoga", environment: "production" } as const;
const NO_URL = { code: "REALTIME_URL_NOT_FOUND" };

let control: YogaControl;
let io: FakeIo;
/** The same world, in which somebody else sets a URL right before this one changes it. */
function withAnother(url: string): FakeIo {
  return {
    ...io,
    async fetch(address, init) {
      const isChange = init.method !== "GET" && address.includes("/realtime-url");
      if (isChange) control.emulator.configureRealtimeUrl(sandbox, url);
      return io.fetch(address, init);
    },
  };
}

async function changesOf(place: string): Promise<readonly Record<string, unknown>[]> {
  const { json } = await runJson(io, `url history ${place}`);
  // What the list's document has.
  return json["items"] as readonly Record<string, unknown>[];
}

describe("holdfast url", () => {
  beforeEach(async () => {
    control = await startYogaControl();
    await using setUp = await control.server.openIo();
    await addYogaWithKeys(setUp, control);
    io = await control.server.openIo();
  });
  afterEach(async () => {
    await io[Symbol.asyncDispose]();
    await control.close();
  });

  describe("url set", () => {
    test("sets the URL at Apple, and says what it was before and how to undo it", async () => {
      expect((await runJson(io, `url set ${A} ${SANDBOX}`)).json).toMatchObject({
        app: "yoga",
        environment: "sandbox",
        before: null,
        realtimeURL: A,
      });
      expect(await run(io, `url set ${B} ${SANDBOX}`)).toBe(0);
      expect(io.out()).toContain(
        `sandbox: ${A} → ${B}\nundo it: holdfast url rollback ${SANDBOX}\n`,
      );
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(B);
      expect((await runJson(io, `url view ${SANDBOX}`)).json).toMatchObject({ realtimeURL: B });
    });

    test("changes nothing where Apple has that URL already", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      expect(await run(io, `url set ${A} ${SANDBOX}`)).toBe(0);
      expect(io.out()).toContain(`nothing to do in sandbox: Apple asks ${A} already`);
      expect(await changesOf(SANDBOX)).toHaveLength(1);
    });

    test("says what is there where somebody else was faster, and does nothing", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      expect(await run(withAnother(C), `url set ${B} ${SANDBOX} --output json`)).toBe(1);
      expect(errorOf(io)).toMatchObject({
        code: "PRECONDITION_FAILED",
        message: `the real-time URL of yoga in sandbox was changed meanwhile, and nothing was done; now it is ${C}`,
        advice: expect.stringContaining(`holdfast url history ${SANDBOX}`) as unknown,
      });
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(C);
      expect(await run(io, `url set ${B} ${SANDBOX}`)).toBe(0);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(B);
    });

    test("asks for --confirm in production, and says what that would change", async () => {
      control.emulator.grantPerformanceTestPass("yoga");
      expect(await run(io, `url set ${A} ${PRODUCTION}`)).toBe(2);
      expect(io.err()).toContain(
        `--confirm is required: this makes Apple ask ${A} for every subscriber in production (now: none); no performance test was begun from the control plane`,
      );
      expect(() => control.emulator.getRealtimeUrl(production)).toThrow(
        expect.objectContaining(NO_URL) as Error,
      );
      const { code, json } = await runJson(io, `url set ${A} ${PRODUCTION} --confirm`);
      expect(code).toBe(0);
      expect(json).toMatchObject({ realtimeURL: A, lastTest: null });
      expect(io.err()).toMatch(
        /no performance test was begun from the control plane; Apple refuses/,
      );
      expect(control.emulator.getRealtimeUrl(production)).toBe(A);
    });

    test("names the command that begins a test where Apple refuses for want of one", async () => {
      expect(await run(io, `url set ${A} ${PRODUCTION} --confirm --output json`)).toBe(1);
      expect(errorOf(io)).toMatchObject({
        code: "APPLE_REFUSED",
        apple: { errorCode: 4030026 },
        advice: expect.stringContaining(
          "holdfast performance-tests start --app yoga --original-transaction-id - --wait",
        ) as unknown,
      });
      expect(await changesOf(PRODUCTION)).toEqual([]);
    });
  });

  describe("url view", () => {
    test("says where Apple asks nobody", async () => {
      expect(await run(io, `url view ${SANDBOX}`)).toBe(0);
      expect(io.out()).toBe(`Apple asks nobody in sandbox: holdfast url set <url> ${SANDBOX}\n`);
      expect((await runJson(io, `url view ${SANDBOX}`)).json).toMatchObject({ realtimeURL: null });
    });

    test("says how to add a key where the control plane has none", async () => {
      await run(io, "apps add bare --bundle-id com.example.bare --apple-id 9");
      expect(await run(io, "url view --app bare --environment sandbox --output json")).toBe(1);
      expect(errorOf(io)).toMatchObject({
        code: "CONFLICT",
        advice: "holdfast keys add --app bare",
      });
    });
  });

  describe("url delete", () => {
    test("needs --confirm, and takes the URL away until it is rolled back", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      expect(await run(io, `url delete ${SANDBOX}`)).toBe(2);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(A);
      const { json } = await runJson(io, `url delete ${SANDBOX} --confirm`);
      expect(json).toMatchObject({ before: A, realtimeURL: null });
      expect(() => control.emulator.getRealtimeUrl(sandbox)).toThrow(
        expect.objectContaining(NO_URL) as Error,
      );
      expect(await run(io, `url delete ${SANDBOX} --confirm`)).toBe(0);
      expect(io.out()).toContain("nothing to do in sandbox: Apple asks nobody already");
      expect(await run(io, `url rollback ${SANDBOX}`)).toBe(0);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(A);
    });

    test("says what is there where somebody else was faster, and deletes nothing", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      const line = `url delete ${SANDBOX} --confirm --output json`;
      expect(await run(withAnother(C), line)).toBe(1);
      expect(errorOf(io)["message"]).toContain(`now it is ${C}`);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(C);
    });
  });

  describe("url rollback", () => {
    test("sets back what there was before the newest change, and twice ends where it began", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      await run(io, `url set ${B} ${SANDBOX}`);
      const [newest] = await changesOf(SANDBOX);
      expect((await runJson(io, `url rollback ${SANDBOX}`)).json).toMatchObject({
        change: newest?.["id"],
        before: B,
        realtimeURL: A,
      });
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(A);
      await run(io, `url rollback ${SANDBOX}`);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(B);
    });

    test("sets back what there was before a change that is named, and before one made elsewhere", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      await run(io, `url set ${B} ${SANDBOX}`);
      const [toB] = await changesOf(SANDBOX);
      control.emulator.configureRealtimeUrl(sandbox, C);
      expect(await run(io, `url rollback ${SANDBOX}`)).toBe(0);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(B);
      expect(await run(io, `url rollback ${String(toB?.["id"])} ${SANDBOX}`)).toBe(0);
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(A);
    });

    test("refuses where there was no URL before, or no such change", async () => {
      expect(await run(io, `url rollback ${SANDBOX}`)).toBe(1);
      expect(io.err()).toContain("no change of the real-time URL of yoga in sandbox is known");
      await run(io, `url set ${A} ${SANDBOX}`);
      expect(await run(io, `url rollback ${SANDBOX}`)).toBe(1);
      expect(io.err()).toContain(`holdfast url delete ${SANDBOX} --confirm`);
      expect(await run(io, `url rollback url_nobody ${SANDBOX}`)).toBe(1);
      expect(io.err()).toContain("yoga has no change url_nobody of the real-time URL in sandbox");
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(A);
    });

    test("asks for --confirm in production", async () => {
      control.emulator.grantPerformanceTestPass("yoga");
      for (const url of [A, B]) await run(io, `url set ${url} ${PRODUCTION} --confirm`);
      expect(io.out()).toContain(`undo it: holdfast url rollback ${PRODUCTION} --confirm`);
      expect(await run(io, `url rollback ${PRODUCTION}`)).toBe(2);
      expect(control.emulator.getRealtimeUrl(production)).toBe(B);
      expect(await run(io, `url rollback ${PRODUCTION} --confirm`)).toBe(0);
      expect(control.emulator.getRealtimeUrl(production)).toBe(A);
    });

    test("says what is there where somebody else was faster", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      await run(io, `url set ${B} ${SANDBOX}`);
      expect(await run(withAnother(C), `url rollback ${SANDBOX} --output json`)).toBe(1);
      expect(errorOf(io)["message"]).toContain(`now it is ${C}`);
    });
  });

  describe("url history", () => {
    test("tells who changed the URL, and what was changed elsewhere", async () => {
      expect(await run(io, `url history ${SANDBOX}`)).toBe(0);
      expect(io.out()).toContain("no change of the URL in sandbox is known yet");
      await run(io, `url set ${A} ${SANDBOX}`);
      control.emulator.configureRealtimeUrl(sandbox, C);
      await run(io, `url view ${SANDBOX}`);
      const changes = await changesOf(SANDBOX);
      expect(changes).toMatchObject([
        { before: A, after: C, changedByName: "made elsewhere", isConfirmed: true },
        { after: A, changedByName: "Ada (a admin of tests)", isConfirmed: true },
      ]);
      expect(await run(io, `url history ${SANDBOX} --limit 1 --output csv`)).toBe(0);
      expect(io.out()).toMatch(new RegExp(`\nurl_\\S+,20\\d\\d-.*,made elsewhere,${A},${C}\n$`));
    });

    test("is for everybody who may look, and changes are for publishers", async () => {
      await run(io, `url set ${A} ${SANDBOX}`);
      await using viewer = await control.server.openIo({ role: "viewer" });
      expect(await run(viewer, `url history ${SANDBOX}`)).toBe(0);
      expect(await run(viewer, `url view ${SANDBOX}`)).toBe(0);
      expect(await run(viewer, `url set ${B} ${SANDBOX} --output json`)).toBe(1);
      expect(errorOf(viewer)).toMatchObject({ code: "FORBIDDEN" });
      expect(control.emulator.getRealtimeUrl(sandbox)).toBe(A);
    });
  });
});

test.each([
  ["set http://a.example.com", "REALTIME_URL_INVALID"],
  ["set https://localhost/", "REALTIME_URL_INVALID"],
  ["delete", "OPTION_MISSING"],
])("url %s is refused before anything is asked", async (words, code) => {
  await using nobody = await createFakeIo();
  expect(await run(nobody, `url ${words} ${SANDBOX} --output json`)).toBe(2);
  expect(errorOf(nobody)).toMatchObject({ code });
});
