import { randomUUID } from "node:crypto";
import { sealValue } from "@holdfast/runtime/wire";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openWholeControl } from "../control/testing/whole-control.ts";
import type { WholeControl } from "../control/testing/whole-control.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { engines, SQLITE } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { testRecord } from "./testing/test-decisions.ts";

const PLACE = "/v1/apps/yoga/environments/sandbox";

/** A control plane with the apps `yoga` and `other`, each with something live, and a token for yoga's runtimes. */
async function open(engine: TestEngine) {
  const control = await openWholeControl(await engine.migratedPlace());
  onTestFinished(control.close);
  const cookie = await control.setUp();
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const { status, text, json } = await control.call("POST", path, { cookie, body });
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    return json;
  };
  const snapshots: string[] = [];
  for (const id of ["yoga", "other"]) {
    const bundleId = `com.example.${id}`;
    const app = { id, name: id, bundleId, appAppleId: 1, environments: { sandbox: {} } };
    await post("/v1/apps", app);
    const source = flowFor(["USA"]).replace("com.example.yoga", bundleId);
    await post(`/v1/apps/${id}/versions`, { source });
    const path = `/v1/apps/${id}/environments/sandbox/publications`;
    // What a publication answers.
    const live = (await post(path, { version: 1, expectedSequence: 0 })) as { snapshot: string };
    snapshots.push(live.snapshot);
  }
  const token = await control.token(cookie, "runtime", ["yoga"]);
  const [yogas = "", others = ""] = snapshots;
  return { ...control, cookie, token, yogas, others };
}

/** A decision of a rule, of a subscription whose id opens, by a snapshot. */
async function soundRecord(snapshot: string) {
  const { decisionSeal } = await deriveRuntimeKeys(new Uint8Array(32).fill(2), webCryptography);
  const binding = { app: "yoga", environment: "sandbox", purpose: "decision", keyId: "1" } as const;
  const id = new TextEncoder().encode("2000000123456789");
  const { subject } = testRecord();
  const at = Date.now();
  const state = {
    attributes: { storefront: "USA", tags: ["a"], "subscription.tenureDays": 3 },
    subscriptionStartedAt: at - 1e9,
    previousDecisions: { rules: { winback: { count: 1, firstAt: 1, lastAt: 2 } }, offers: {} },
  };
  return testRecord({
    requestedAt: at,
    decidedAt: at,
    snapshot,
    source: "rule",
    rule: "winback",
    experiment: { key: "e", arm: "a" },
    hashes: [{ layer: "arm", key: "e", hash: 7 }],
    subject: {
      ...subject,
      sealedId: await sealValue(decisionSeal, id, binding),
      subscriber: { status: "found", state },
    },
  });
}

const hostile = fc.oneof(
  fc.constantFrom<unknown[]>(
    undefined,
    null,
    true,
    -1,
    0,
    1e308,
    -1e308,
    0.5,
    2 ** 53,
    8.64e15,
    8.64e15 + 1,
    "",
    "\0",
    "\ud800",
    "__proto__",
    "constructor",
    "x".repeat(256),
    "é".repeat(300),
    "x".repeat(100_000),
    [],
    [[[[]]]],
    {},
    JSON.parse('{"__proto__":{"polluted":1}}'),
    JSON.parse('{"__proto__":{"count":1,"firstAt":0,"lastAt":0}}'),
    Array.from({ length: 2000 }, (_, index) => index),
    Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`k${index}`, "v".repeat(50)])),
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** What is of the right type, and nothing that a runtime writes. */
function plausible(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value === "string") {
    const names = ["__proto__", "constructor", "x".repeat(256), "\u202e", 'é|,"\\', " ", "-", "😀"];
    return fc.constantFrom(
      ...names,
      "9".repeat(43),
      "0".repeat(64),
      "deferToApple",
      "en_XX",
      "und",
    );
  }
  if (typeof value === "number") {
    return fc.constantFrom(0, 1, Date.now() + 80_000_000, 8.64e15, Number.MAX_SAFE_INTEGER, 1e-300);
  }
  return fc.constantFrom<unknown[]>(undefined, [], {}, { kind: "deferToApple" }, JSON.parse(PROTO));
}

const PROTO =
  '{"__proto__":{"count":1,"firstAt":9e15,"lastAt":0},"constructor":{"count":0,"firstAt":0,"lastAt":0}}';

function memberAt(value: unknown, path: readonly string[]): unknown {
  // It is a path of this very value.
  return path.reduce((one, key) => (one as Readonly<Record<string, unknown>>)[key], value);
}

/** Every place in a value, from the outermost. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

/** What was replaced before may have no such place any more. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== "object" || value === null) return value;
  // An object's members, whatever it is.
  const members = { ...value } as Readonly<Record<string, unknown>>;
  return { ...members, [key]: replaced(members[key], rest, by) };
}

const READ = [
  `${PLACE}/decisions?limit=200`,
  `${PLACE}/decision-counts?by=rule,arm,message,offer`,
  `${PLACE}/decision-counts?by=day,kind,source,deviation`,
  `${PLACE}/known-shares`,
  `${PLACE}/outcomes`,
  `${PLACE}/status-queue`,
  "/v1/audit",
];

async function ship(
  { call, token }: Pick<WholeControl, "call"> & { readonly token: string },
  decisions: readonly unknown[],
) {
  const answer = await call("POST", "/v1/decisions", { token, body: { decisions } });
  return { ...answer, body: answer.json as { new: number; repeated: number; refused: unknown[] } };
}

describe.each(await engines())("what a stolen runtime token can ship, on $name", (engine) => {
  test("is taken or refused one by one, and breaks nothing that people read after it", async () => {
    const control = await open(engine);
    const sound = await soundRecord(control.yogas);
    const paths = pathsOf(sound).filter((path) => path.length > 0);
    const changes = fc.constantFrom(...paths).chain((path) => {
      const by = fc.oneof({ weight: 3, arbitrary: plausible(memberAt(sound, path)) }, hostile);
      return by.map((one) => ({ path, by: one }));
    });
    const mutations = fc.array(fc.array(changes, { minLength: 1, maxLength: 3 }), {
      minLength: 40,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(mutations, async (all) => {
        const records = all.map((some) =>
          some.reduce<unknown>((record, { path, by }) => replaced(record, path, by), {
            ...sound,
            requestIdentifier: randomUUID(),
          }),
        );
        const { status, body } = await ship(control, [sound, ...records]);
        expect(status).toBe(200);
        expect(body.new + body.repeated + body.refused.length).toBe(41);
      }),
      { numRuns: 6, endOnFailure: true },
    );
    const { cookie, call, database, defects } = control;
    const rows = await database.queries
      .selectFrom("decisions")
      .select(["request_identifier", "pseudonym"])
      .execute();
    const taken = rows.map((row) => row.request_identifier);
    expect(taken.length).toBeGreaterThan(30);
    const read = await Promise.all(
      READ.map(async (path) => [path, (await call("GET", path, { cookie })).status]),
    );
    expect(read).toEqual(READ.map((path) => [path, 200]));
    for (const identifier of taken.slice(0, 60)) {
      const path = `${PLACE}/decisions/${encodeURIComponent(identifier)}`;
      expect((await call("GET", path, { cookie })).status).toBe(200);
      expect([200, 409]).toContain((await call("POST", `${path}/explanation`, { cookie })).status);
    }
    for (const pseudonym of new Set(rows.map((row) => row.pseudonym))) {
      const path = `/v1/subscriber-states/yoga/sandbox/${pseudonym}`;
      const { status, text } = await call("GET", path, { token: control.token });
      expect([200, 400]).toContain(status);
      expect(text).not.toContain("polluted");
    }
    const compared = await call("POST", `${PLACE}/comparisons`, { cookie, body: { last: 1000 } });
    expect([compared.status, defects]).toEqual([200, []]);
  });
});

test("a decision that names another app's snapshot shows nothing of it", async () => {
  const control = await open(SQLITE);
  const record = await soundRecord(control.others);
  expect((await ship(control, [record])).body.new).toBe(1);
  const { cookie, call } = control;
  const path = `${PLACE}/decisions/${record.requestIdentifier}/explanation`;
  const { status, text } = await call("POST", path, { cookie });
  expect([status, text.includes("winback")]).toEqual([409, false]);
});

test.each<object>([
  { delivered: { kind: "deferToApple", message: null } },
  { delivered: { kind: "deferToApple", productId: null, offerIdentifier: {} } },
  { assigned: { kind: "deferToApple", locale: 1, request: [] } },
])("a response with members of another kind that are none is refused alone: %j", async (change) => {
  const control = await open(SQLITE);
  const sound = await soundRecord(control.yogas);
  const spoilt = { ...sound, ...change, requestIdentifier: randomUUID() };
  expect(await ship(control, [spoilt, sound])).toMatchObject({
    status: 200,
    body: { new: 1, refused: [{ index: 0, code: "MALFORMED" }] },
  });
});
