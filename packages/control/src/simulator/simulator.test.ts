import { randomUUID } from "node:crypto";
import { evaluate, NO_STOPS } from "@holdfast/flow/evaluate";
import type { SubscriberLookup } from "@holdfast/flow/evaluate";
import { parseSnapshot, prepareSnapshot } from "@holdfast/flow/snapshot";
import { createTestAppStore } from "@holdfast/appstore/testing";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { DECISION_RECORD_FORMAT, sealValue } from "@holdfast/runtime/wire";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { readLivePublication, readSnapshotText } from "../publishing/index.ts";
import { toJsonText } from "../storage/index.ts";
import type { StorageDatabase } from "../storage/create-database.ts";
import { PRIMARY_KEYS } from "../storage/schema/schema.ts";
import type { TableName } from "../storage/schema/schema.ts";
import { engines, openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { compareDecisions } from "./compare-decisions.ts";
import { openChosenFlow } from "./simulated-flow.ts";
import { readSimulatedPlace } from "./simulated-place.ts";
import {
  CAPTURED_AT,
  openTestSimulator,
  SANDBOX,
  TEST_SUBSCRIPTION,
} from "./testing/test-simulator.ts";
import type { TestSimulator } from "./testing/test-simulator.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const SIMULATIONS = `POST ${SANDBOX}/simulations` as const;
const COMPARISONS = `POST ${SANDBOX}/comparisons` as const;

/** A flow whose rule asks for an attribute of the team. */
const PLANNED = `version: 1
app: com.example.yoga
attributes: { plan: string }
messages:
  stay: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000001 } } }
  half: { defaultLocale: en-US, locales: { en-US: { id: 00000000-0000-4000-8000-000000000003 } } }
rules:
  - name: gold
    when: { productId: yoga.monthly, attributes.plan: gold }
    respond: { promotionalOffer: { message: half, offers: { yoga.monthly: HALF } }, fallback: { message: stay } }
fallback: { message: stay }
`;

async function rowCounts({ queries }: StorageDatabase): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(PRIMARY_KEYS) as TableName[]) {
    const rows = await queries
      .selectFrom(table)
      .select(PRIMARY_KEYS[table][0] as never)
      .execute();
    counts[table] = rows.length;
  }
  return counts;
}

async function storePlan({ database, idsOf }: TestSimulator, plan: string): Promise<void> {
  const ids = await idsOf("yoga");
  await database.queries
    .insertInto("subscriber_attributes")
    .values({
      ...PLACE,
      owner: ids.pseudonymOf(TEST_SUBSCRIPTION),
      name: "plan",
      value: toJsonText(plan),
      set_at: CAPTURED_AT - 1,
      expires_at: null,
    })
    .execute();
}

describe.each(await engines())("on $name", (engine) => {
  test("simulate takes a captured request whose leaf has ended, and writes nothing", async () => {
    const database = await openTestDatabase(engine);
    const control = await openTestSimulator(database);
    const { sequence } = (await control.publish(PLANNED)).body;
    await storePlan(control, "gold");
    const before = await rowCounts(database);
    const { status, body, text } = await control.as({ role: "viewer" }).call(SIMULATIONS, {
      signedPayload: control.captured(),
    });
    expect([sequence, status]).toEqual([1, 200]);
    expect(body).toMatchObject({
      flow: { version: 1, isLive: true },
      request: { signature: "verified", requestedAt: CAPTURED_AT, productId: "yoga.monthly" },
      subscriber: { status: "found" },
      decision: {
        source: "rule",
        rule: "gold",
        delivered: { kind: "promotionalOffer", offerIdentifier: "HALF" },
      },
      response: { status: 200, body: { promotionalOffer: {} } },
      trace: { rules: [{ rule: "gold", result: "held", when: { truth: "true" } }] },
    });
    const notes = (body["notes"] as unknown as readonly { readonly code: string }[]).map(
      ({ code }) => code,
    );
    expect(notes).toEqual([
      "CLOCK_PINNED",
      "STATE_OF_NOW",
      "THROW_AWAY_KEY",
      "SIGNING_KEY_MISSING",
    ]);
    expect(text).not.toContain(TEST_SUBSCRIPTION);
    expect(await rowCounts(database)).toEqual(before);
  });

  test("simulate evaluates what is live, a version, a draft and a document", async () => {
    const control = await openTestSimulator(await openTestDatabase(engine));
    await control.publish(flowFor(["USA"]));
    const other = await control.save(flowFor(["DEU"], "other"));
    const drafted = await control.call("POST /v1/apps/yoga/drafts", { name: "d", source: PLANNED });
    const request = { productId: "yoga.monthly" };
    const answer = async (flow: object, storefront: string) => {
      const subscriber = { status: "found", attributes: { storefront, "attributes.plan": "gold" } };
      const { body } = await control.simulator.call(SIMULATIONS, { request, subscriber, flow });
      const { flow: evaluated, decision } = body as Readonly<Record<string, Json>>;
      return [evaluated?.["isLive"], evaluated?.["version"], decision?.["rule"]];
    };
    expect(await answer({}, "USA")).toEqual([true, 1, "winback"]);
    expect(await answer({ version: other }, "USA")).toEqual([false, 2, undefined]);
    expect(await answer({ version: other }, "DEU")).toEqual([false, 2, "winback"]);
    expect(await answer({ draft: drafted.body.id }, "DEU")).toEqual([false, undefined, "gold"]);
    expect(await answer({ source: flowFor(["USA"]) }, "DEU")).toEqual([true, undefined, undefined]);
  });

  test("compareFlows finds exactly the decisions that come out otherwise, and says that it looked", async () => {
    const control = await openTestSimulator(await openTestDatabase(engine));
    await control.publish(flowFor(["USA"]));
    const to = await control.save(flowFor(["DEU"]));
    const lookups = ["USA", "DEU", "FRA", "", "late"].map(lookupOf);
    const made = await addDecisions(control, 600, lookups);
    const broken = await addDecisions(control, 2, lookups, await strangersKeys());
    const { status, body, text } = await control.simulator.call(COMPARISONS, {
      to: { version: to },
      last: 10_000,
    });
    expect(status).toBe(200);
    const other = made.filter(isOther);
    expect(body).toMatchObject({
      compared: made.length,
      different: other.length,
      notOpened: broken.length,
      byRule: [{ count: 120 }, { count: 120 }],
      byResponse: [{ count: 120 }, { count: 120 }],
      oldestAt: made[0]?.requestedAt,
      newestAt: made.at(-1)?.requestedAt,
    });
    const examples = body["examples"] as unknown as readonly {
      readonly requestIdentifier: string;
    }[];
    const otherIds = other.map(({ requestIdentifier }) => requestIdentifier);
    for (const { requestIdentifier } of examples) expect(otherIds).toContain(requestIdentifier);
    expect(examples).toHaveLength(6);
    expect(text).not.toMatch(/20000000\d{8}/);
    const entries = await control.database.queries
      .selectFrom("audit_log")
      .select("details")
      .where("action", "=", "compareFlows")
      .execute();
    expect(entries).toMatchObject([
      { details: expect.stringContaining("opened the ids of 600 decisions") as string },
    ]);
  });
});

/** By hand: whoever is in one of the two countries is sent something else. */
function isOther({ subject }: DecisionRecord): boolean {
  const { subscriber } = subject;
  if (subscriber.status !== "found") return false;
  return ["USA", "DEU"].includes(String(subscriber.state.attributes["storefront"]));
}

type Json = Readonly<Record<string, unknown>>;

describe("simulate", () => {
  test("answers what a runtime would refuse with its refusal", async () => {
    const control = await openTestSimulator(await openTestDatabase(SQLITE));
    await control.publish(flowFor(["USA"]));
    const stranger = await createTestAppStore();
    const forged = stranger.sign(
      {
        ...JSON.parse(Buffer.from(control.captured().split(".")[1] ?? "", "base64url").toString()),
      },
      { x5c: control.store.x5c },
    );
    const ask = async (signedPayload: string) =>
      (await control.simulator.call(SIMULATIONS, { signedPayload })).body;
    expect(await ask(forged)).toMatchObject({
      refused: { code: "SIGNATURE_INVALID" },
      response: { status: 403 },
    });
    expect(await ask(forged)).not.toHaveProperty("decision");
    expect(await ask(control.captured({ environment: "Production" }))).toMatchObject({
      refused: { code: "ENVIRONMENT_MISMATCH" },
    });
    expect(await ask(control.captured({ appAppleId: 1 }))).toMatchObject({
      refused: { code: "APP_MISMATCH" },
    });
    expect(await ask("e.e.e")).toMatchObject({
      refused: { code: "JWS_MALFORMED" },
      response: { status: 400 },
    });
  });

  test.each([
    [{ status: "notFound" }, "notFound"],
    [{ status: "unavailable", reason: "late" }, "late"],
    [{ status: "stored" }, "notFound"],
    [{ status: "found", attributes: { price: 3 } }, "notStored"],
    [{ status: "found", attributes: { storefront: 3 } }, "otherType"],
  ])("says of %o why a condition is unknown", async (subscriber, because) => {
    const control = await openTestSimulator(await openTestDatabase(SQLITE));
    await control.publish(flowFor(["USA"]));
    const request = { productId: "yoga.monthly" };
    const { body } = await control.simulator.call(SIMULATIONS, { request, subscriber });
    expect(body).toMatchObject({
      request: { signature: "notSigned" },
      decision: { source: "fallback" },
      trace: { rules: [{ failedAt: "when", when: { truth: "unknown" } }] },
    });
    expect(JSON.stringify(body["trace"])).toContain(`"unknownBecause":"${because}"`);
  });

  test("heeds what is stopped, or does not", async () => {
    const control = await openTestSimulator(await openTestDatabase(SQLITE));
    await control.publish(PLANNED);
    await control.call(`POST ${SANDBOX}/pause`, { isWholeApp: false });
    const body = {
      request: { productId: "yoga.monthly" },
      subscriber: { status: "found", attributes: { "attributes.plan": "gold" } },
    };
    const stopped = await control.simulator.call(SIMULATIONS, body);
    expect(stopped.body).toMatchObject({
      decision: { rule: "gold", delivered: { kind: "message" }, deviation: "offersPaused" },
    });
    const free = await control.simulator.call(SIMULATIONS, { ...body, withStops: false });
    expect(free.body).toMatchObject({ decision: { delivered: { kind: "promotionalOffer" } } });
  });

  test("refuses what is not there, what is two things, and who may not look", async () => {
    const control = await openTestSimulator(await openTestDatabase(SQLITE));
    const request = { productId: "yoga.monthly" };
    const status = async (path: string, body: unknown, by = control.simulator) =>
      (await by.call(`POST /v1/apps/${path}`, body)).status;
    const there = "yoga/environments/sandbox/simulations";
    expect(await status(there, { request })).toBe(404);
    await control.publish(flowFor(["USA"]));
    expect(await status(there, { request })).toBe(200);
    expect(await status("golf/environments/sandbox/simulations", { request })).toBe(404);
    expect(await status(there, { request, flow: { version: 9 } })).toBe(404);
    expect(await status(there, { request, flow: { version: 1, source: "x" } })).toBe(400);
    expect(await status(there, { request, flow: { source: "version: 1" } })).toBe(422);
    expect(await status(there, { request, signedPayload: control.captured() })).toBe(400);
    expect(await status(there, {})).toBe(400);
    const viewer = control.as({ role: "viewer" });
    expect(await status("yoga/environments/sandbox/comparisons", {}, viewer)).toBe(403);
    const stranger = control.as({ role: "admin", apps: ["golf"] });
    expect(await status(there, { request }, stranger)).toBe(404);
  });
});

test("compareDecisions() ends when its time is over, and says so", async () => {
  const control = await openTestSimulator(await openTestDatabase(SQLITE));
  await control.publish(flowFor(["USA"]));
  await addDecisions(control, 600, [lookupOf("USA")]);
  const place = await readSimulatedPlace(control.database.queries, PLACE);
  const flow = await openChosenFlow(control.means, place, undefined);
  const means = { database: control.database, runtimeKeys: control.runtimeKeys };
  const compare = (stepMs: number) => {
    let at = 0;
    const elapsed = () => (at += stepMs);
    const options = { from: flow, to: flow, last: 600, budgetMs: 1000, elapsed };
    return compareDecisions(means, place, options);
  };
  expect(await compare(0)).toMatchObject({ compared: 600, isCut: false });
  expect(await compare(3)).toMatchObject({ compared: 500, isCut: true });
});

function lookupOf(storefront: string): SubscriberLookup {
  if (storefront === "") return { status: "notFound" };
  if (storefront === "late") return { status: "unavailable", reason: "late" };
  const state = { attributes: { storefront }, previousDecisions: { rules: {}, offers: {} } };
  return { status: "found", state };
}

function strangersKeys() {
  return deriveRuntimeKeys(new Uint8Array(32).fill(9), webCryptography);
}

/** Keeps decisions of what is live, as a runtime ships them: one after the other in time. */
async function addDecisions(
  control: TestSimulator,
  count: number,
  lookups: readonly SubscriberLookup[],
  keys = control.runtimeKeys,
): Promise<readonly DecisionRecord[]> {
  const { queries } = control.database;
  const live = await readLivePublication(queries, PLACE);
  const text = await readSnapshotText(queries, live?.snapshot ?? "");
  const snapshot = prepareSnapshot(parseSnapshot(JSON.parse(text)));
  const records: DecisionRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = String(2_000_000_010_000_000 + index);
    const subscriber = lookups[index % lookups.length] ?? { status: "notFound" };
    const requestedAt = CAPTURED_AT + records.length;
    const subject = {
      productId: "yoga.monthly",
      userLocale: "en-US",
      pseudonym: `p${index}`,
      sealedId: await sealValue(keys.decisionSeal, new TextEncoder().encode(id), {
        ...PLACE,
        purpose: "decision",
        keyId: "1",
      }),
      subscriber,
    };
    const { source, hashes, hashVersion, candidates } = evaluate(
      snapshot,
      { ...PLACE, originalTransactionId: id, appAppleId: 1, requestedAt, ...subject },
      NO_STOPS,
    );
    const [delivered] = candidates;
    records.push({
      format: DECISION_RECORD_FORMAT,
      ...PLACE,
      requestIdentifier: randomUUID(),
      requestedAt,
      decidedAt: requestedAt,
      latencyMs: 1,
      subject,
      snapshot: live?.snapshot ?? "",
      stopListSequence: 0,
      source,
      hashes,
      hashVersion,
      ...(delivered === undefined ? {} : { delivered }),
    });
  }
  await queries
    .insertInto("decisions")
    .values(
      records.map((record) => ({
        ...PLACE,
        day: Math.floor(record.requestedAt / 86_400_000) * 86_400_000,
        request_identifier: record.requestIdentifier,
        pseudonym: record.subject.pseudonym,
        requested_at: record.requestedAt,
        received_at: Date.now(),
        source: record.source,
        rule: null,
        record: toJsonText(record),
      })),
    )
    .execute();
  return records;
}
