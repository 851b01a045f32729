import { evaluate, NO_STOPS } from "@holdfast/flow/evaluate";
import type { Subject } from "@holdfast/flow/evaluate";
import { parseSnapshot, prepareSnapshot } from "@holdfast/flow/snapshot";
import { sealValue } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import { createTestControl } from "../apps/testing/test-control.ts";
import type { TestControl } from "../apps/testing/test-control.ts";
import { checkContent } from "../flows/check-content.ts";
import { databaseFacts } from "../flows/index.ts";
import { readSnapshotText } from "../publishing/index.ts";
import { flowFor, openTestPublishing } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { createSubscriptionIds } from "../subscribers/index.ts";
import {
  createDecisionsFeature,
  decisionJobs,
  ingestDecisions,
  keptMsOf,
  recentKnownShares,
} from "./index.ts";
import { readDecision } from "./read-decision.ts";
import { collectingStream, NOON, testRecord } from "./testing/test-decisions.ts";

const PATH = "/v1/apps/yoga/environments/sandbox";
const ORIGINAL = "2000000123456789";
const OTHER_TRANSACTION = "2000000999999999";
const DAY_MS = 86_400_000;

async function open(engine: TestEngine) {
  const database = await openTestDatabase(engine);
  const publishing = await openTestPublishing(database);
  const { keyring, runtimeKeys } = publishing;
  const idsOf = createSubscriptionIds({ queries: database.queries, keyring });
  const ids = await idsOf("yoga");
  const clock = { now: NOON };
  const means = {
    database,
    streams: collectingStream(),
    keptMs: keptMsOf(30),
    idsOf,
    runtimeKeys,
    ownerOf: (_queries: unknown, _place: unknown, hash: string) =>
      Promise.resolve(
        hash === ids.transactionHashOf(OTHER_TRANSACTION) ? ids.pseudonymOf(ORIGINAL) : undefined,
      ),
  };
  const features = [createDecisionsFeature(means)];
  const control = createTestControl({ database, features }, { now: () => clock.now });
  const ship = (decisions: readonly unknown[]) =>
    ingestDecisions(means, { decisions, apps: "all", now: clock.now });
  return { ...publishing, database, clock, ids, control, ship, means };
}

/** Of a name that ends in a digit. */
function isEven(name: string): boolean {
  return Number(name.at(-1)) % 2 === 0;
}

/** Reads all pages of a list and returns the identifiers, and how many pages it took. */
async function readAll(control: TestControl, query: string) {
  const identifiers: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const more = cursor === undefined ? "" : `&cursor=${cursor}`;
    const { status, body } = await control.call(`GET ${PATH}/decisions?${query}${more}`);
    expect(status).toBe(200);
    // What a list answers.
    const page = body as unknown as {
      readonly items: readonly { readonly requestIdentifier: string }[];
      readonly nextCursor?: string;
    };
    identifiers.push(...page.items.map((item) => item.requestIdentifier));
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== undefined);
  return { identifiers, pages };
}

describe.each(await engines())("on $name", (engine) => {
  test("listDecisions pages through all, the newest first, and filters", async () => {
    const { control, ship } = await open(engine);
    const records = Array.from({ length: 9 }, (_, index) =>
      testRecord({
        requestIdentifier: `request-${index}`,
        // Three of each moment.
        requestedAt: NOON - Math.floor(index / 3) * 1000,
        ...(index % 2 === 0 ? { source: "rule", rule: "winback" } : {}),
      }),
    );
    await ship(records);
    const newestFirst = [2, 1, 0, 5, 4, 3, 8, 7, 6].map((index) => `request-${index}`);
    const all = await readAll(control, "limit=2");
    expect(all).toEqual({ identifiers: newestFirst, pages: 5 });
    const byRule = await readAll(control, "limit=2&rule=winback");
    expect(byRule.identifiers).toEqual(newestFirst.filter(isEven));
    const bySource = await readAll(control, "limit=2&source=fallback");
    expect(bySource.identifiers).toEqual(newestFirst.filter((name) => !isEven(name)));
    const since = await readAll(control, `limit=2&since=${NOON - 1000}`);
    expect(since.identifiers).toEqual(newestFirst.slice(0, 6));
    const both = await control.call(`GET ${PATH}/decisions?rule=a&source=rule`);
    expect(both.status).toBe(400);
    const elsewhere = await control.call("GET /v1/apps/yoga/environments/production/decisions");
    expect(elsewhere.body).toEqual({ items: [] });
  });

  test("findDecisions and readDecision show what a customer saw, and no id of theirs", async () => {
    const { control, ship, ids, database } = await open(engine);
    const usual = testRecord();
    const state = {
      attributes: { storefront: "USA" },
      previousDecisions: { rules: {}, offers: {} },
    };
    const theirs = testRecord({
      subject: {
        ...usual.subject,
        pseudonym: ids.pseudonymOf(ORIGINAL),
        subscriber: { status: "found", state },
      },
    });
    await ship([usual, theirs]);
    for (const transactionId of [ORIGINAL, OTHER_TRANSACTION]) {
      const { body, text } = await control.call(`POST ${PATH}/decisions/find`, { transactionId });
      expect(body).toMatchObject({ items: [{ requestIdentifier: theirs.requestIdentifier }] });
      expect(text).not.toContain(transactionId);
    }
    const none = await control.call(`POST ${PATH}/decisions/find`, { transactionId: "1" });
    expect(none.body["items"]).toEqual([]);
    const read = await control.call(`GET ${PATH}/decisions/${theirs.requestIdentifier}`);
    expect(read.body).toMatchObject({
      lookup: "found",
      state: { attributes: { storefront: "USA" } },
    });
    expect(read.text).not.toContain(theirs.subject.sealedId);
    const place = { app: "yoga", environment: "sandbox" } as const;
    const different = testRecord({
      rule: "r",
      source: "rule",
      deviation: "signingFailed",
      delivered: { kind: "deferToApple" },
    });
    const { delivered: _, ...undelivered } = testRecord();
    await ship([different, undelivered]);
    for (const record of [usual, theirs, different, undelivered]) {
      const at = { ...place, request: record.requestIdentifier };
      expect((await readDecision(database.queries, at)).record).toEqual(record);
    }
    const missing = await control.call(`GET ${PATH}/decisions/nothing-such`);
    expect(missing).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
  });

  test("explainDecision evaluates again what was decided, and the audit log says so", async () => {
    const { control, ship, database, runtimeKeys, ...publishing } = await open(engine);
    const { body: live } = await publishing.publish(flowFor(["USA"]));
    const snapshot = prepareSnapshot(
      parseSnapshot(JSON.parse(await readSnapshotText(database.queries, live.snapshot))),
    );
    const usual = testRecord();
    const subject: Subject = {
      ...usual.subject,
      originalTransactionId: ORIGINAL,
      appAppleId: 6_745_974_592,
      environment: "sandbox",
      requestedAt: NOON,
      subscriber: {
        status: "found",
        state: { attributes: { storefront: "USA" }, previousDecisions: { rules: {}, offers: {} } },
      },
    };
    const {
      source,
      rule = "",
      hashes,
      hashVersion,
      candidates,
    } = evaluate(snapshot, subject, NO_STOPS);
    const sealedId = await sealValue(runtimeKeys.decisionSeal, new TextEncoder().encode(ORIGINAL), {
      app: "yoga",
      environment: "sandbox",
      purpose: "decision",
      keyId: "1",
    });
    const [delivered] = candidates;
    const record = testRecord({
      snapshot: live.snapshot,
      source,
      rule,
      hashes,
      hashVersion,
      ...(delivered === undefined ? {} : { assigned: delivered, delivered }),
      subject: { ...usual.subject, sealedId, subscriber: subject.subscriber },
    });
    const other = { ...record, requestIdentifier: "another", rule: "renamed" };
    const foreign = testRecord({ snapshot: live.snapshot });
    await ship([record, other, foreign, usual]);
    const explain = (request: string) =>
      control.call(`POST ${PATH}/decisions/${request}/explanation`);
    const explained = await explain(record.requestIdentifier);
    expect(explained.body).toMatchObject({
      agrees: true,
      trace: {
        rules: [
          { rule: "winback", result: "held", when: { truth: "true", attribute: "storefront" } },
        ],
      },
    });
    expect(explained.text).not.toContain(ORIGINAL);
    expect((await explain("another")).body).toMatchObject({ agrees: false });
    // Sealed under another secret, and of a snapshot that is not here.
    expect((await explain(foreign.requestIdentifier)).status).toBe(409);
    expect((await explain(usual.requestIdentifier)).status).toBe(409);
    const audited = await database.queries
      .selectFrom("audit_log")
      .selectAll()
      .where("action", "=", "explainDecision")
      .execute();
    expect(audited).toHaveLength(2);
    expect(JSON.stringify(audited)).not.toContain(ORIGINAL);
  });

  test("countDecisions and readKnownShares add up days, by what is asked for", async () => {
    const { control, ship, database } = await open(engine);
    const usual = testRecord();
    const found = (attributes: Readonly<Record<string, string | null>>) => ({
      ...usual.subject,
      subscriber: {
        status: "found" as const,
        state: { attributes, previousDecisions: { rules: {}, offers: {} } },
      },
    });
    const late = { status: "unavailable", reason: "late" } as const;
    const notNeeded = { status: "unavailable", reason: "notNeeded" } as const;
    await ship([
      testRecord({ source: "rule", rule: "one", subject: found({ storefront: "USA" }) }),
      testRecord({ source: "rule", rule: "one", subject: found({ "attributes.plan": null }) }),
      testRecord({ source: "rule", rule: "two", requestedAt: NOON - DAY_MS }),
      testRecord({ requestedAt: NOON - 9 * DAY_MS }),
      testRecord({ subject: { ...usual.subject, subscriber: late } }),
      testRecord({ subject: { ...usual.subject, subscriber: notNeeded } }),
    ]);
    const counts = (query: string) => control.call(`GET ${PATH}/decision-counts?${query}`);
    expect((await counts("by=rule")).body).toEqual({
      total: 6,
      isCut: false,
      groups: [{ count: 3 }, { rule: "one", count: 2 }, { rule: "two", count: 1 }],
    });
    const day = Math.floor(NOON / DAY_MS) * DAY_MS;
    expect((await counts(`by=rule,day&since=${NOON - DAY_MS}`)).body).toEqual({
      total: 5,
      isCut: false,
      groups: [
        { day: day - DAY_MS, rule: "two", count: 1 },
        { day, count: 2 },
        { day, rule: "one", count: 2 },
      ],
    });
    const { body } = await control.call(`GET ${PATH}/known-shares`);
    expect(body).toMatchObject({ requests: 5, needed: 4, inTime: 3 });
    const shares = body["attributes"] as unknown as readonly { readonly attribute: string }[];
    const of = (name: string) => shares.find(({ attribute }) => attribute === name);
    expect(of("storefront")).toMatchObject({ known: 1, absent: 0, unknown: 3, share: 0.25 });
    expect(of("attributes.plan")).toMatchObject({ known: 0, absent: 1, unknown: 3, share: 0.25 });
    expect(of("subscription.previousDecisions")).toMatchObject({ known: 3, share: 0.75 });
    expect(of("currency")).toMatchObject({ known: 0, share: 0 });
    const place = { app: "yoga", environment: "sandbox" } as const;
    expect(await recentKnownShares(database.queries, place, NOON)).toBeUndefined();
    await ship(Array.from({ length: 96 }, () => testRecord()));
    expect(await recentKnownShares(database.queries, place, NOON)).toMatchObject({
      storefront: 0.01,
      "subscription.previousDecisions": 0.99,
    });
  });

  test("validating a flow says which attribute is hardly ever known, once there are enough requests", async () => {
    const { ship, database } = await open(engine);
    const means = { facts: databaseFacts(database.queries, () => NOON) };
    const content = { source: flowFor(["USA"]), files: {}, images: {} };
    const codes = async () =>
      (await checkContent(means, { app: "yoga", content })).issues.map(({ code }) => code);
    await ship(Array.from({ length: 99 }, () => testRecord()));
    expect(await codes()).not.toContain("ATTRIBUTE_RARELY_KNOWN");
    await ship([testRecord()]);
    expect(await codes()).toContain("ATTRIBUTE_RARELY_KNOWN");
  });

  test("decisions go after their days, and are not taken in again", async () => {
    const { ship, database, clock, means } = await open(engine);
    const { queries } = database;
    const old = Array.from({ length: 5 }, () => testRecord({ requestedAt: NOON - 10 * DAY_MS }));
    const fresh = testRecord();
    await ship([...old, fresh]);
    const [retention] = decisionJobs({ ...means, now: () => clock.now, batch: 2 });
    const context = { id: "job", payload: null, attempt: 1, signal: new AbortController().signal };
    const left = async () => {
      const rows = await queries.selectFrom("decisions").select("request_identifier").execute();
      return rows.map((row) => row.request_identifier);
    };
    clock.now = NOON + 20.9 * DAY_MS;
    await retention?.run(context);
    expect(await left()).toHaveLength(6);
    clock.now = NOON + 21 * DAY_MS + 1;
    await retention?.run(context);
    expect(await left()).toEqual([fresh.requestIdentifier]);
    const again = await ship(old);
    expect(again).toMatchObject({ new: 0, repeated: 0 });
    expect(again.refused.map(({ code }) => code)).toEqual(old.map(() => "TOO_OLD"));
    const counts = await queries.selectFrom("decision_counts").select("count").execute();
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });
});
