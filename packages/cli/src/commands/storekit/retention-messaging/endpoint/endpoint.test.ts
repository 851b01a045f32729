import { appendFile, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SEED, startLocalApple } from "../../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../../storekit/testing/local-apple.ts";
import { recordPassedTest } from "../../../../storekit/passed-tests.ts";
import { createFakeIo, FAKE_NOW } from "../../../../testing/fake-io.ts";
import type { FakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const ENDPOINT = "storekit retention-messaging endpoint";
const A = "https://a.example.com/retention";
const B = "https://b.example.com/retention";
const IN = "--environment sandbox";
/** One product that Apple has, and one that it has no more. */
const CATALOG = {
  bundleId: "com.example.app",
  products: ["com.example.monthly", "gone"].map((productId) => ({
    productId,
    subscriptionGroup: "example",
    level: 1,
    period: "P1M",
  })),
};
const FLOW = `version: 1
app: com.example.app
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please. } } }
rules: []
fallback: { message: stay }
defaults:
  - { message: stay, products: [com.example.monthly], locales: [en-US, de-DE] }
`;
const MESSAGE = "551ee7c0-c097-418e-9dd5-2a98533a7390";

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple();
});
afterEach(() => {
  apple.emulator.faults.clear();
  apple.emulator.deleteRealtimeUrl({ app: SEED, environment: "sandbox" });
  apple.emulator.requestLog.clear();
});
afterAll(() => apple[Symbol.asyncDispose]());

const history = async (io: FakeIo): Promise<unknown> =>
  (await runJson(io, `${ENDPOINT} history ${IN}`)).json["changes"];

describe("endpoint set, view and delete", () => {
  test("change, show and take away the URL", async () => {
    await using io = await apple.io();
    expect(await run(io, `${ENDPOINT} view ${IN} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ appleCode: 4040021 });
    expect((await runJson(io, `${ENDPOINT} set --url ${A} ${IN}`)).json).toEqual({
      realtimeURL: A,
    });
    expect((await runJson(io, `${ENDPOINT} view ${IN}`)).json).toEqual({ realtimeURL: A });
    await run(io, `${ENDPOINT} view ${IN} --output table`);
    expect(io.out()).toContain(`Endpoint URL\n${A}\n`);
    await run(io, `${ENDPOINT} view ${IN} --output markdown`);
    expect(io.out()).toContain(`| Endpoint URL |\n| --- |\n| ${A} |\n`);
    expect((await runJson(io, `${ENDPOINT} delete --confirm ${IN}`)).json).toEqual({
      resource: "endpoint",
      identifier: "realtime/url",
      action: "deleted",
      environment: "sandbox",
      success: true,
    });
  });

  test.each([
    ["http", "http://a.example.com/"],
    ["this machine", "https://localhost/"],
    ["257 characters", `https://a.example.com/${"x".repeat(235)}`],
    ["no URL", "example"],
  ])("refuse %s before credentials", async (_, url) => {
    await using io = await createFakeIo();
    expect(await run(io, `${ENDPOINT} set --url ${url} ${IN}`)).toBe(2);
    expect(io.err()).toContain("REALTIME_URL_INVALID");
  });

  test("ask for --confirm before deleting", async () => {
    await using io = await createFakeIo();
    expect(await run(io, `${ENDPOINT} delete`)).toBe(2);
    expect(io.err()).toContain("--confirm is required");
  });
});

describe("endpoint history", () => {
  test("has every change, and what the URL was before", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await run(io, `${ENDPOINT} set --url ${B} ${IN}`);
    await run(io, `${ENDPOINT} delete --confirm ${IN}`);
    const change = {
      at: new Date(FAKE_NOW).toISOString(),
      bundleId: "com.example.app",
      environment: "sandbox",
      baseUrl: `${apple.emulator.url}/sandbox`,
    };
    expect(await history(io)).toEqual([
      { ...change, action: "set", from: null, to: A },
      { ...change, action: "set", from: A, to: B },
      { ...change, action: "deleted", from: B, to: null },
    ]);
    await run(io, `${ENDPOINT} history ${IN} --output table`);
    expect(io.out()).toContain("At                        Action   From");
    const production = await runJson(io, `${ENDPOINT} history --environment production`);
    expect(production.json).toEqual({ changes: [] });
  });

  test("has nothing of what changed nothing", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} delete --confirm ${IN}`);
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    expect(await history(io)).toMatchObject([{ from: null, to: A }]);
  });

  test("has a change whose answer was lost, and none that Apple refused", async () => {
    await using io = await apple.io();
    const operation = "configureRealtimeURL";
    apple.emulator.faults.set([{ kind: "error", errorCode: 4000215, operation, times: 1 }]);
    expect(await run(io, `${ENDPOINT} set --url ${A} ${IN}`)).toBe(1);
    expect(await history(io)).toEqual([]);
    apple.emulator.faults.set([{ kind: "drop", operation, when: "afterEffect" }]);
    expect(await run(io, `${ENDPOINT} set --url ${A} ${IN}`)).toBe(1);
    expect(await history(io)).toMatchObject([{ action: "set", from: null, to: A }]);
  });

  test("must be writable before anything is changed", async () => {
    await using io = await apple.io();
    await writeFiles(io, { ".holdfast": "in the way" });
    expect(await run(io, `${ENDPOINT} set --url ${A} ${IN}`)).toBe(2);
    expect(io.err()).toContain("FILE_UNWRITABLE");
    const requests = apple.emulator.requestLog.list();
    expect(requests.map(({ operation }) => operation)).not.toContain("configureRealtimeURL");
  });

  test("tells how to go on where the home directory cannot be written", async () => {
    await using io = await apple.io({ env: { HOME: "/dev/null" } });
    expect(await run(io, `${ENDPOINT} set --url ${A} ${IN}`)).toBe(2);
    expect(io.err()).toContain("FILE_UNWRITABLE");
    expect(io.err()).toContain("set HOLDFAST_CONFIG_PATH");
  });

  test("skips a line that is none of its own, and says which", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    const file = join(io.cwd, ".holdfast", "endpoint-history.ndjson");
    await appendFile(file, "{}\n");
    expect(await run(io, `${ENDPOINT} history ${IN}`)).toBe(0);
    expect(io.err()).toContain(`warning: ${file}:2: skipped`);
    expect(await history(io)).toMatchObject([{ to: A }]);
  });

  test("keeps a change after a line that a kill has cut off", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await appendFile(join(io.cwd, ".holdfast", "endpoint-history.ndjson"), `{"at":"20`);
    await run(io, `${ENDPOINT} set --url ${B} ${IN}`);
    expect(await history(io)).toMatchObject([{ to: A }, { from: A, to: B }]);
  });

  test("is not written through a symbolic link", async () => {
    await using io = await apple.io();
    await writeFiles(io, { victim: "before\n", ".holdfast/config.json": "{}" });
    await symlink(join(io.cwd, "victim"), join(io.cwd, ".holdfast", "endpoint-history.ndjson"));
    expect(await run(io, `${ENDPOINT} set --url ${A} ${IN}`)).toBe(2);
    expect(io.err()).toContain("symbolic link");
    expect(await readFile(join(io.cwd, "victim"), "utf8")).toBe("before\n");
  });
});

describe("endpoint restore", () => {
  test("sets the URL back, and forward again", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await run(io, `${ENDPOINT} set --url ${B} ${IN}`);
    expect((await runJson(io, `${ENDPOINT} restore --confirm ${IN}`)).json).toEqual({
      realtimeURL: A,
    });
    expect((await runJson(io, `${ENDPOINT} restore --confirm ${IN}`)).json).toEqual({
      realtimeURL: B,
    });
    await run(io, `${ENDPOINT} delete --confirm ${IN}`);
    expect((await runJson(io, `${ENDPOINT} restore --confirm ${IN}`)).json).toEqual({
      realtimeURL: B,
    });
  });

  test("is not needed where there was no URL to delete, which is said", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${ENDPOINT} delete --confirm ${IN}`);
    expect([code, json["action"]]).toEqual([0, "skipped"]);
    expect(io.err()).toContain("there was no URL");
  });

  test("takes no URL away: that is endpoint delete's", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await run(io, `${ENDPOINT} delete --confirm ${IN}`);
    await run(io, `${ENDPOINT} restore --confirm ${IN}`);
    expect(await run(io, `${ENDPOINT} restore --confirm ${IN}`)).toBe(2);
    expect(io.err()).toContain("endpoint delete --confirm");
  });

  test("only says which URL it would be without --confirm", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await run(io, `${ENDPOINT} set --url ${B} ${IN}`);
    expect(await run(io, `${ENDPOINT} restore ${IN}`)).toBe(2);
    expect(io.err()).toContain(`--confirm is required: this sets the URL in sandbox to ${A}`);
    expect((await runJson(io, `${ENDPOINT} view ${IN}`)).json).toEqual({ realtimeURL: B });
  });

  test("takes nothing from a history that a repository brings", async () => {
    await using home = await createFakeIo();
    await using io = await apple.io({ env: { HOME: home.cwd } });
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    const planted = {
      at: new Date(FAKE_NOW).toISOString(),
      bundleId: "com.example.app",
      environment: "sandbox",
      baseUrl: `${apple.emulator.url}/sandbox`,
      action: "set",
      from: "https://evil.example.com/",
      to: A,
    };
    await writeFiles(io, {
      ".holdfast/config.json": "{}",
      ".holdfast/endpoint-history.ndjson": `${JSON.stringify(planted)}\n`,
    });
    expect(await run(io, `${ENDPOINT} restore --confirm ${IN}`)).toBe(2);
    expect(io.err()).toContain("there was no URL before");
    expect(await history(io)).toMatchObject([{ from: null, to: A }]);
  });

  test("refuses a URL that Apple cannot take", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    const file = join(io.cwd, ".holdfast", "endpoint-history.ndjson");
    const [line = ""] = (await readFile(file, "utf8")).split("\n");
    await appendFile(file, `${line.replace(`"from":null`, `"from":"http://localhost/"`)}\n`);
    expect(await run(io, `${ENDPOINT} restore --confirm ${IN}`)).toBe(2);
    expect(io.err()).toContain("REALTIME_URL_INVALID");
  });

  test("refuses where there is nothing to set back", async () => {
    await using io = await apple.io();
    expect(await run(io, `${ENDPOINT} restore --confirm ${IN}`)).toBe(2);
    expect(io.err()).toContain("no change of the URL was made from here");
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    expect(await run(io, `${ENDPOINT} restore --confirm ${IN}`)).toBe(2);
    expect(io.err()).toContain("there was no URL before");
  });

  test("refuses where the URL was changed elsewhere since", async () => {
    await using io = await apple.io();
    await run(io, `${ENDPOINT} set --url ${A} ${IN}`);
    await run(io, `${ENDPOINT} set --url ${B} ${IN}`);
    const place = { app: SEED, environment: "sandbox" } as const;
    apple.emulator.configureRealtimeUrl(place, "https://c.example.com/");
    expect(await run(io, `${ENDPOINT} restore --confirm ${IN}`)).toBe(2);
    expect(io.err()).toContain("now there is https://c.example.com/");
  });
});

describe("endpoint set in production", () => {
  const PRODUCTION = { app: SEED, environment: "production" } as const;
  const SET = `${ENDPOINT} set --url ${A} --environment production`;

  test("tells what Apple wants before, where no performance test passed", async () => {
    await using io = await apple.io();
    expect(await run(io, `${SET} --skip-checks --output json`)).toBe(1);
    const error = errorOf(io);
    expect(error).toMatchObject({ appleCode: 4030026, appleName: "ForbiddenNoPassingTestError" });
    expect(error["advice"]).toMatch(/performance/);
  });

  test("warns of defaults that are missing, of messages and of health, and goes on", async () => {
    for (const { messageIdentifier } of apple.emulator.messages(PRODUCTION)) {
      apple.emulator.reviewMessage(PRODUCTION, messageIdentifier, "PENDING");
    }
    const line = `${SET} --product-id com.example.monthly --locale en-US --locale de-DE`;
    await using io = await apple.io();
    expect(await run(io, line)).toBe(1);
    expect(io.err()).toContain("warning: no message is approved in this environment");
    expect(io.err()).toContain("warning: com.example.monthly has no default message in en-US");
    expect(io.err()).toContain("warning: com.example.monthly has no default message in de-DE");
    expect(io.err()).toContain("warning: https://a.example.com/healthz did not answer");
    expect(io.err()).toContain("4030026");
  });

  test("looks at the catalog's products, and says when it knows none", async () => {
    await using io = await apple.io();
    const line = SET;
    await run(io, line);
    expect(io.err()).toContain("warning: default messages were not looked at");
    await writeFiles(io, { "catalog.json": JSON.stringify(CATALOG) });
    await run(io, line);
    expect(io.err()).toContain("warning: com.example.monthly has no default message in en-US");
    expect(io.err()).toContain("warning: gone has no default message in en-US");
  });

  test("warns inside the one document where errors are to be JSON", async () => {
    await using io = await apple.io();
    expect(await run(io, `${SET} --output json`)).toBe(1);
    expect(JSON.parse(io.err())).toMatchObject({
      error: { appleCode: 4030026 },
      warnings: expect.arrayContaining([
        "https://a.example.com/healthz did not answer from here: is the runtime reachable?",
      ]) as unknown,
    });
  });

  test("looks at the flow's default messages", async () => {
    await using io = await apple.io();
    await writeFiles(io, {
      "flow.yaml": FLOW,
      "other.yaml": FLOW.replace("com.example.app", "com.example.other"),
      "broken.yaml": "version: 1",
      "catalog.json": JSON.stringify(CATALOG),
      "other.json": JSON.stringify({ ...CATALOG, bundleId: "com.example.other" }),
    });
    await run(io, SET);
    expect(io.err()).toContain("warning: DEFAULTS: 0 as the flow wants");
    expect(io.err()).toContain("2 missing (2 of 2 asked for)");
    await run(io, `${SET} --flow other.yaml --catalog other.json`);
    expect(io.err()).toContain("warning: the flow is for com.example.other");
    await run(io, `${SET} --flow broken.yaml`);
    expect(io.err()).toMatch(/warning: FLOW: broken\.yaml: \d+ error/);
  });

  test("says that no test was seen to pass, until one was", async () => {
    await using io = await apple.io();
    await run(io, SET);
    expect(io.err()).toContain("warning: no performance test was seen to pass from here");
    const { bundleId } = apple.emulator.credentials(SEED);
    await recordPassedTest({ bundleId, baseUrl: `${apple.emulator.url}/sandbox` }, io);
    const before = io.err().length;
    await run(io, SET);
    expect(io.err().slice(before)).toContain("4030026");
    expect(io.err().slice(before)).not.toContain("no performance test was seen");
  });

  test.each([
    [200, ""],
    [503, "warning: https://a.example.com/healthz answered 503: is the runtime ready?\n"],
  ])("looks at /healthz of the URL's server: %i", async (status, warning) => {
    const asked: string[] = [];
    await using io = await apple.io({
      fetch: async (url, init) => {
        if (!url.endsWith("/healthz")) return fetch(url, init);
        asked.push(url);
        return new Response(null, { status });
      },
    });
    await run(io, `${SET} --product-id premium.yearly`);
    expect(asked).toEqual(["https://a.example.com/healthz"]);
    expect(io.err().includes("/healthz")).toBe(warning !== "");
    expect(io.err()).toContain(warning);
  });

  test("says nothing where all is well", async () => {
    apple.emulator.reviewMessage(PRODUCTION, MESSAGE, "APPROVED");
    const places = "--product-id premium.yearly";
    await using io = await apple.io();
    await run(io, `${SET} ${places}`);
    expect(io.err()).not.toContain("no message is approved");
    expect(io.err()).not.toContain("has no default message");
  });
});
