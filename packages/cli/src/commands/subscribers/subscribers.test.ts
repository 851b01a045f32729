import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson, writeFiles } from "../../testing/run.ts";

const PLACE = "--app yoga --environment sandbox";
const ACCOUNT = "7e3fb20b-4cdb-47cc-936d-99d65f608138";

const FLOW = `version: 1
app: com.example.yoga
attributes: { plan_usage: number, cohort: string, tags: strings, since: date, vip: boolean }
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please stay. } } }
rules: []
fallback: { message: stay }
`;

let server: ControlServer;
beforeAll(async () => {
  server = await startControlServer();
  await using io = await server.openIo();
  await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
  await writeFiles(io, { "flow.yaml": FLOW });
  if ((await run(io, "flow push flow.yaml --app yoga")) !== 0) throw new Error(io.err());
});
afterAll(() => server.close());

interface Shown {
  readonly subscriptions: readonly {
    readonly pseudonym: string;
    readonly attributes: readonly { readonly name: string; readonly value?: unknown }[];
  }[];
}

/** The values of a shown subscription's attributes by name. */
function valuesOf(json: Readonly<Record<string, unknown>>) {
  // What the command answers, as the API documents it.
  const [first] = (json as unknown as Shown).subscriptions;
  return Object.fromEntries((first?.attributes ?? []).map(({ name, value }) => [name, value]));
}

describe("holdfast subscribers", () => {
  test("attributes set takes CSV, JSON and JSON lines, and show shows what it said", async () => {
    await using io = await server.openIo();
    await writeFiles(io, {
      "usage.csv":
        "originalTransactionId;plan_usage:number;tags:strings;since:date;vip:boolean;cohort\n" +
        "990000007001;12.5;a|b;2026-12-01;true;\n990000007002;;;;;spring\n",
      "usage.json": JSON.stringify({
        entries: [{ originalTransactionId: "990000007001", attributes: { cohort: "autumn" } }],
      }),
      "usage.ndjson":
        `{"originalTransactionId":"990000007002","attributes":{"plan_usage":1}}\n\n` +
        `{"appAccountToken":"${ACCOUNT}","attributes":{"cohort":"summer"}}\n`,
      "id.txt": "990000007001\n",
    });
    for (const [file, entries] of [
      ["usage.csv", 2],
      ["usage.json", 1],
      ["usage.ndjson", 2],
    ] as const) {
      const { code, json } = await runJson(io, `subscribers attributes set ${file} ${PLACE}`);
      expect([code, json]).toEqual([0, { entries, stored: entries, assumed: 0, problems: [] }]);
    }
    const { code, json } = await runJson(io, `subscribers show id.txt ${PLACE}`);
    expect(code).toBe(0);
    expect(valuesOf(json)).toMatchObject({
      "attributes.plan_usage": 12.5,
      "attributes.tags": ["a", "b"],
      "attributes.since": Date.UTC(2026, 11, 1),
      "attributes.vip": true,
      "attributes.cohort": "autumn",
    });
    expect(JSON.stringify(json)).not.toContain("990000007001");
    expect(await run(io, `subscribers show id.txt ${PLACE}`)).toBe(0);
    expect(io.out()).toMatch(/attributes\.plan_usage +12\.5 +the team/);
    expect(io.out()).toMatch(/storefront +unknown/);
  });

  test("attributes set tells entries with something wrong by their lines, and stores the others", async () => {
    await using io = await server.openIo();
    await writeFiles(io, {
      "some.csv": "transactionId,plan_usage:number,unheard\n7101,1,\n7102,2,x\n7103,3,\n",
    });
    const { code, json } = await runJson(io, `subscribers attributes set some.csv ${PLACE}`);
    expect(code).toBe(1);
    expect(json).toMatchObject({
      entries: 3,
      stored: 2,
      assumed: 2,
      problems: [{ line: 3, code: "ATTRIBUTE_UNKNOWN", attribute: "unheard" }],
    });
  });

  test("attributes set sends more than fit in one request", async () => {
    await using io = await server.openIo();
    const lines = Array.from({ length: 2500 }, (_, index) => `${8_000_000 + index},${index}`);
    await writeFiles(io, {
      "many.csv": `originalTransactionId,plan_usage:number\n${lines.join("\n")}`,
      "id.txt": "8002499",
    });
    const { json } = await runJson(io, `subscribers attributes set many.csv ${PLACE}`);
    expect(json).toMatchObject({ entries: 2500, stored: 2500, problems: [] });
    const shown = await runJson(io, `subscribers show id.txt ${PLACE}`);
    expect(valuesOf(shown.json)["attributes.plan_usage"]).toBe(2499);
  });

  test.each([
    ["a column nobody knows", "x.csv", "originalTransactionId,a:enum\n1,2", "COLUMN_UNKNOWN"],
    ["no column that says who", "x.csv", "cohort\nspring", "COLUMN_UNKNOWN"],
    ["a cell of another type", "x.csv", "transactionId,a:number\n1,secret", "CELL_INVALID"],
    ["an entry that is no object", "x.json", "[1]", "ENTRY_INVALID"],
    ["half of a document", "x.json", '[{"a":', "JSON_MALFORMED"],
    ["an empty file", "x.json", "[]", "IMPORT_EMPTY"],
  ])("attributes set refuses %s and sends nothing", async (_, file, text, errorCode) => {
    await using io = await server.openIo();
    await writeFiles(io, { [file]: text });
    const line = `subscribers attributes set ${file} ${PLACE} --output json`;
    expect(await run(io, line)).not.toBe(0);
    expect(errorOf(io)).toMatchObject({ code: errorCode });
    expect(io.err()).not.toContain("secret");
  });

  test("erase forgets in both environments, once it is meant", async () => {
    await using io = await server.openIo();
    await writeFiles(io, {
      "one.csv": "originalTransactionId,cohort\n7201,spring",
      "id.txt": "7201",
    });
    for (const environment of ["sandbox", "production"]) {
      const where = `--app yoga --environment ${environment}`;
      await run(io, `subscribers attributes set one.csv ${where}`);
    }
    expect(await run(io, "subscribers erase id.txt --app yoga")).not.toBe(0);
    const { code, json } = await runJson(io, "subscribers erase id.txt --app yoga --confirm");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      deleted: [
        { environment: "production", what: "attributes", rows: 1 },
        { environment: "sandbox", what: "attributes", rows: 1 },
      ],
    });
    const { json: shown } = await runJson(io, `subscribers show id.txt ${PLACE}`);
    expect(shown).toMatchObject({ subscriptions: [{ isKnown: false }] });
    await run(io, "subscribers erase id.txt --app yoga --confirm");
    expect(io.out()).toContain("Nothing was stored of it");
  });

  test("ids are read from files alone, and no error shows what was in them", async () => {
    await using io = await server.openIo();
    await writeFiles(io, { "id.txt": "canary-id" });
    expect(await run(io, `subscribers show id.txt ${PLACE} --output json`)).not.toBe(0);
    expect(errorOf(io)).toMatchObject({ code: "SUBSCRIBER_ID_INVALID" });
    expect(io.err()).not.toContain("canary");
  });

  test("an id in the place of a file is refused and not repeated", async () => {
    await using io = await server.openIo();
    expect(await run(io, `subscribers show 2000000123456789 ${PLACE} --output json`)).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "SUBSCRIBER_ID_INVALID" });
    expect(io.err()).not.toContain("2000000123456789");
  });
});
