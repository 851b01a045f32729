import { describe, expect, test } from "vitest";
import { wantStatuses } from "../statuses/index.ts";
import type { TableName } from "../storage/index.ts";
import { PRIMARY_KEYS } from "../storage/schema/schema.ts";
import { engines } from "../storage/testing/engines.ts";
import { expiredAttributesJob } from "./attributes/expired-attributes-job.ts";
import { testDecision } from "./testing/test-decision.ts";
import { NOW, openTestSubscribers, PLACE } from "./testing/test-subscribers.ts";
import type { TestSubscribers } from "./testing/test-subscribers.ts";

const SUBSCRIBERS = "/v1/apps/yoga/environments/sandbox/subscribers";
const ACCOUNT = "7e3fb20b-4cdb-47cc-936d-99d65f608138";
const DAY_MS = 86_400_000;

async function put({ control }: TestSubscribers, ...entries: readonly object[]) {
  const { status, body } = await control.call(`POST ${SUBSCRIBERS}/attributes`, { entries });
  return { status, ...(body as { stored?: number; assumed?: number[]; problems?: object[] }) };
}

/** The attributes of the one subscription that an id finds, by name, with what knows them. */
async function found({ control }: TestSubscribers, who: object) {
  const { body, status } = await control.call(`POST ${SUBSCRIBERS}/find`, who);
  expect(status).toBe(200);
  const { subscriptions } = body as unknown as { subscriptions: readonly FoundSubscription[] };
  const [first] = subscriptions;
  const attributes = Object.fromEntries(
    (first?.attributes ?? []).map(({ name, ...rest }) => [name, rest]),
  );
  return { ...first, attributes, count: subscriptions.length };
}

interface FoundSubscription {
  readonly attributes: readonly { readonly name: string }[];
}

/** The tables that hold a text anywhere, aside of those that say who was erased. */
async function tablesWith({ database }: TestSubscribers, text: string): Promise<readonly string[]> {
  const holding: string[] = [];
  // Kysely's own list of tables, each with a primary key.
  for (const table of Object.keys(PRIMARY_KEYS) as TableName[]) {
    if (table === "audit_log" || table === "subscriber_erasures") continue;
    const rows = await database.queries.selectFrom(table).selectAll().execute();
    if (JSON.stringify(rows).includes(text)) holding.push(table);
  }
  return holding;
}

describe.each(await engines())("on $name", (engine) => {
  test("putAttributes stores what is right, and says of each other entry what is wrong", async () => {
    const stage = await openTestSubscribers(engine);
    await stage.subscribe(["100", "101"], ACCOUNT);
    const ok = { originalTransactionId: "100" };
    const answer = await put(
      stage,
      { transactionId: "101", attributes: { plan_usage: 3, tags: ["a"], since: NOW, vip: true } },
      { ...ok, attributes: { unheard_of: 1 } },
      { ...ok, attributes: { plan_usage: "many" } },
      { attributes: { plan_usage: 1 } },
      { ...ok, transactionId: "101", attributes: { plan_usage: 1 } },
      { ...ok, attributes: { plan_usage: 9 }, asOf: NOW + DAY_MS },
      { ...ok, attributes: { plan_usage: 9 }, expiresAt: NOW },
      { appAccountToken: ACCOUNT.toUpperCase(), attributes: { cohort: "spring" }, ttlSeconds: 60 },
    );
    expect(answer).toMatchObject({ status: 200, stored: 2, assumed: [] });
    expect(answer.problems).toMatchObject([
      { index: 1, code: "ATTRIBUTE_UNKNOWN", attribute: "unheard_of" },
      { index: 2, code: "ATTRIBUTE_TYPE_WRONG", attribute: "plan_usage" },
      { index: 3, code: "SUBSCRIBER_AMBIGUOUS" },
      { index: 4, code: "SUBSCRIBER_AMBIGUOUS" },
      { index: 5, code: "AS_OF_IN_FUTURE" },
      { index: 6, code: "EXPIRY_WRONG" },
    ]);
    const known = await found(stage, { transactionId: "100" });
    expect(known).toMatchObject({ count: 1, isKnown: true, isHistoryWhole: true });
    expect(known.attributes).toMatchObject({
      storefront: { knowledge: "known", value: "USA", source: "transaction" },
      price: { knowledge: "known", value: 9.99 },
      "subscription.tenureDays": { knowledge: "known", value: 31, source: "purchases" },
      "subscription.offerType": { knowledge: "absent", source: "transaction" },
      "subscription.autoRenew": { knowledge: "unknown" },
      "attributes.plan_usage": { value: 3, source: "team", asOf: NOW, isForAccount: false },
      "attributes.cohort": { value: "spring", expiresAt: NOW + 60_000, isForAccount: true },
    });
  });

  test("putAttributes keeps what is true as of the latest time, takes back, and forgets in time", async () => {
    const stage = await openTestSubscribers(engine);
    const who = { originalTransactionId: "100" };
    const usage = async () => (await found(stage, who)).attributes["attributes.plan_usage"];
    await put(stage, { ...who, attributes: { plan_usage: 2 }, asOf: NOW - 10 });
    await put(stage, { ...who, attributes: { plan_usage: 1 }, asOf: NOW - 20 });
    expect(await usage()).toMatchObject({ value: 2 });
    await put(stage, { ...who, attributes: { plan_usage: null }, asOf: NOW - 5 });
    expect(await usage()).toEqual({ knowledge: "unknown" });
    await put(stage, { ...who, attributes: { plan_usage: 3 }, asOf: NOW - 6 });
    expect(await usage()).toEqual({ knowledge: "unknown" });
    await put(stage, { ...who, attributes: { plan_usage: 4 }, ttlSeconds: 60 });
    expect(await usage()).toMatchObject({ value: 4 });
    stage.clock.now += 60_000;
    expect(await usage()).toEqual({ knowledge: "unknown" });
    await put(stage, { ...who, attributes: { cohort: "stays" } });
    const job = expiredAttributesJob({ database: stage.database, now: () => stage.clock.now });
    const run = { signal: new AbortController().signal } as Parameters<typeof job.run>[0];
    await job.run(run);
    const rows = await stage.database.queries
      .selectFrom("subscriber_attributes")
      .select("name")
      .execute();
    expect(rows).toEqual([{ name: "cohort" }]);
  });

  test("what was said of an unheard transaction moves once Apple tells whose it is", async () => {
    const stage = await openTestSubscribers(engine);
    const answer = await put(stage, { transactionId: "101", attributes: { plan_usage: 7 } });
    expect(answer).toMatchObject({ stored: 1, assumed: [0], problems: [] });
    const waiting = await tablesWith(stage, stage.ids.pseudonymOf("101"));
    expect(waiting).toEqual(expect.arrayContaining(["subscriber_attributes", "wanted_statuses"]));
    expect(await found(stage, { transactionId: "101" })).toMatchObject({
      resolvedBy: "assumedOriginal",
      attributes: { "attributes.plan_usage": { value: 7 } },
    });
    await stage.subscribe(["100", "101"]);
    for (const who of [{ transactionId: "101" }, { originalTransactionId: "100" }]) {
      const { attributes } = await found(stage, who);
      expect(attributes["attributes.plan_usage"]).toMatchObject({ value: 7 });
    }
  });

  test("readSubscriberState tells a runtime that there is no state from that there is one", async () => {
    const stage = await openTestSubscribers(engine);
    await stage.subscribe(["100"]);
    const read = (id: string) =>
      stage.readAsRuntime(`/v1/subscriber-states/yoga/sandbox/${stage.ids.pseudonymOf(id)}`);
    expect(await read("999")).toEqual({ status: 200, body: { found: false } });
    const state = {
      attributes: { storefront: "USA", "subscription.paidPeriods": 1 },
      previousDecisions: { rules: {}, offers: {} },
    };
    expect(await read("100")).toMatchObject({ status: 200, body: { found: true, state } });
  });

  test("eraseSubscriber leaves nothing of the subscription but in the audit log, and says what went", async () => {
    const stage = await openTestSubscribers(engine);
    await stage.subscribe(["100", "101"], ACCOUNT);
    await stage.subscribe(["200"]);
    const pseudonym = stage.ids.pseudonymOf("100");
    await stage.database.transaction((transaction) =>
      stage.streams.takeDecisions(transaction, PLACE, [
        testDecision(pseudonym, { requestedAt: NOW - 1 }),
      ]),
    );
    await stage.database.transaction((transaction) =>
      wantStatuses(
        transaction,
        PLACE,
        [{ pseudonym: stage.ids.pseudonymOf("101"), sealedId: "sealed", reason: "import" }],
        { now: NOW },
      ),
    );
    await put(stage, { transactionId: "101", attributes: { plan_usage: 1 } });
    await put(stage, { appAccountToken: ACCOUNT, attributes: { cohort: "spring" } });
    expect((await tablesWith(stage, pseudonym)).length).toBeGreaterThanOrEqual(4);
    const erasure = await stage.control.call("POST /v1/apps/yoga/subscribers/erase", {
      transactionId: "101",
    });
    expect(erasure.status).toBe(200);
    const { subscriptions, deleted } = erasure.body as unknown as {
      subscriptions: readonly string[];
      deleted: readonly object[];
    };
    expect(subscriptions).toContain(pseudonym);
    const sandbox = [
      { environment: "sandbox", what: "state", rows: 1 },
      { environment: "sandbox", what: "transactions", rows: 2 },
      { environment: "sandbox", what: "history", rows: 1 },
      { environment: "sandbox", what: "attributes", rows: 1 },
      { environment: "sandbox", what: "accountAttributes", rows: 1 },
    ];
    expect(deleted).toEqual(expect.arrayContaining(sandbox));
    const account = stage.ids.accountHashOf(ACCOUNT);
    const traces = [pseudonym, stage.ids.pseudonymOf("101"), stage.ids.transactionHashOf("101")];
    for (const trace of [...traces, account]) {
      expect(await tablesWith(stage, trace)).toEqual([]);
    }
    expect(await tablesWith(stage, stage.ids.pseudonymOf("200"))).not.toEqual([]);
    const audit = JSON.stringify(
      await stage.database.queries.selectFrom("audit_log").selectAll().execute(),
    );
    expect(audit).toContain(pseudonym);
    expect(audit).toContain("eraseSubscriber");
  });

  test("eraseSubscriber of an account erases all its subscriptions, and what was said of it", async () => {
    const stage = await openTestSubscribers(engine);
    await stage.subscribe(["100"], ACCOUNT);
    await stage.subscribe(["200"], ACCOUNT);
    await put(stage, { appAccountToken: ACCOUNT, attributes: { cohort: "spring" } });
    expect(await found(stage, { appAccountToken: ACCOUNT })).toMatchObject({
      count: 2,
      attributes: { "attributes.cohort": { value: "spring", isForAccount: true } },
    });
    const { body } = await stage.control.call("POST /v1/apps/yoga/subscribers/erase", {
      appAccountToken: ACCOUNT,
      environment: "sandbox",
    });
    const { subscriptions } = body as unknown as { subscriptions: readonly string[] };
    expect(subscriptions.toSorted()).toEqual(
      ["100", "200"].map((id) => stage.ids.pseudonymOf(id)).toSorted(),
    );
    expect(await tablesWith(stage, stage.ids.accountHashOf(ACCOUNT))).toEqual([]);
    expect(await found(stage, { appAccountToken: ACCOUNT })).toMatchObject({ count: 0 });
  });

  test("none or two ids are refused, and so is an environment that is not served", async () => {
    const stage = await openTestSubscribers(engine);
    const two = { transactionId: "1", originalTransactionId: "2" };
    for (const body of [{}, two]) {
      for (const path of [`${SUBSCRIBERS}/find`, "/v1/apps/yoga/subscribers/erase"] as const) {
        const { status, text } = await stage.control.call(`POST ${path}`, body);
        expect([status, text]).toEqual([400, expect.stringContaining("exactly one of")]);
      }
    }
    const nowhere = await stage.control.call("POST /v1/apps/nope/subscribers/erase", {
      transactionId: "1",
    });
    expect(nowhere.status).toBe(404);
  });
});
