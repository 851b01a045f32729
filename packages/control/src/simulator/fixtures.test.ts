import { createTestAppStore } from "@holdfast/appstore/testing";
import { describe, expect, test } from "vitest";
import { ERASURES } from "../control/erasures.ts";
import { keepConditions } from "../health/conditions.ts";
import { findFailingFixtures } from "../health/find/failing-fixtures.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { createIdSource } from "../storage/index.ts";
import { PRIMARY_KEYS } from "../storage/schema/schema.ts";
import type { TableName } from "../storage/schema/schema.ts";
import { engines, openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import {
  CAPTURED_AT,
  openTestSimulator,
  SANDBOX,
  TEST_SUBSCRIPTION,
} from "./testing/test-simulator.ts";
import type { TestSimulator } from "./testing/test-simulator.ts";

const FIXTURES = `${SANDBOX}/fixtures` as const;
const CHECK = `${SANDBOX}/fixture-check` as const;
const PLACE = { app: "yoga", environment: "sandbox" } as const;
const YOGA = { id: "yoga", environments: { sandbox: { trustedRoots: [], requiredApprovals: 0 } } };
const AMERICAN = { status: "found", attributes: { storefront: "USA" } };

interface Report {
  readonly sequence?: number;
  readonly checkedAt?: number;
  readonly failed: number;
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

async function add({ simulator, captured }: TestSimulator, name: string, more: object = {}) {
  const body = { name, signedPayload: captured(), subscriber: AMERICAN, ...more };
  return simulator.call(`POST ${FIXTURES}`, body);
}

async function check({ simulator }: TestSimulator): Promise<Report> {
  const { status, body } = await simulator.call(`POST ${CHECK}`);
  expect(status).toBe(200);
  return body as unknown as Report;
}

async function read({ simulator }: TestSimulator): Promise<Report> {
  return (await simulator.call(`GET ${CHECK}`)).body as unknown as Report;
}

describe.each(await engines())("on $name", (engine) => {
  test("fixtures are kept sealed, once each, and listed without what is in them", async () => {
    const database = await openTestDatabase(engine);
    const control = await openTestSimulator(database);
    const signedPayload = control.captured();
    const first = await add(control, "b", { signedPayload, expectation: { rule: "winback" } });
    expect(first.status).toBe(201);
    const again = await add(control, "b", { signedPayload, expectation: { rule: "winback" } });
    expect([again.status, again.body["id"]]).toEqual([201, first.body["id"]]);
    const other = await add(control, "b", { signedPayload });
    expect(other).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
    await add(control, "a", { signedPayload });
    const listed = await control.as({ role: "viewer" }).call(`GET ${FIXTURES}`);
    expect(listed.body["items"]).toMatchObject([
      { name: "a", productId: "yoga.monthly", requestedAt: CAPTURED_AT, hasSubscriber: true },
      { name: "b", expectation: { rule: "winback" } },
    ]);
    const dump: unknown[] = [listed.text];
    for (const table of Object.keys(PRIMARY_KEYS) as TableName[]) {
      dump.push(await database.queries.selectFrom(table).selectAll().execute());
    }
    const [, payload = ""] = signedPayload.split(".");
    expect(JSON.stringify(dump)).not.toContain(TEST_SUBSCRIPTION);
    expect(JSON.stringify(dump)).not.toContain(payload);
  });

  test("checkFixtures tells what passed, what changed and what failed, and keeps it", async () => {
    const control = await openTestSimulator(await openTestDatabase(engine));
    await add(control, "american", { expectation: { rule: "winback", message: "other" } });
    await add(control, "unknown", { subscriber: undefined });
    await add(control, "wrong", { expectation: { response: "promotionalOffer" } });
    expect(await check(control)).toMatchObject({
      failed: 3,
      results: [{ problem: "nothingLive" }, {}, {}],
    });
    await control.publish(flowFor(["USA"]));
    expect(await check(control)).toMatchObject({
      sequence: 1,
      passed: 2,
      changed: 0,
      failed: 1,
      results: [
        { name: "american", result: "passed", rule: "winback", response: { message: "other" } },
        { name: "unknown", result: "passed", source: "fallback", response: { message: "stay" } },
        { name: "wrong", result: "failed", problem: "expectationNotMet" },
      ],
    });
    await control.publish(flowFor(["DEU"], "other"));
    expect(await check(control)).toMatchObject({
      sequence: 2,
      results: [
        { name: "american", result: "failed", problem: "expectationNotMet", source: "fallback" },
        { name: "unknown", result: "changed", before: { message: "stay" } },
        { name: "wrong", result: "failed" },
      ],
    });
    expect(await read(control)).toMatchObject({ sequence: 2, failed: 2, changed: 1 });
    expect(await check(control)).toMatchObject({ passed: 1, changed: 0, failed: 2 });
  });

  test("the job checks what is new, after each publication, and once a day", async () => {
    const control = await openTestSimulator(await openTestDatabase(engine));
    await control.publish(flowFor(["USA"]));
    await control.runJob();
    expect(await read(control)).toEqual({ passed: 0, changed: 0, failed: 0, results: [] });
    await add(control, "american");
    await control.runJob();
    const first = await read(control);
    expect(first).toMatchObject({ sequence: 1, passed: 1 });
    control.wait(60_000);
    await control.runJob();
    expect((await read(control)).checkedAt).toBe(first.checkedAt);
    await control.publish(flowFor(["DEU"]));
    await control.runJob();
    const second = await read(control);
    expect(second).toMatchObject({ sequence: 2, changed: 1 });
    control.wait(24 * 3_600_000);
    await control.runJob();
    expect((await read(control)).checkedAt).toBeGreaterThan(second.checkedAt ?? Infinity);
    await add(control, "another", { signedPayload: control.captured({ userLocale: "de-DE" }) });
    await control.runJob();
    expect((await read(control)).results).toHaveLength(2);
    // What is not served any more has nothing to check, and fails no job.
    await control.database.queries
      .deleteFrom("app_environments")
      .where("environment", "=", "sandbox")
      .execute();
    control.wait(24 * 3_600_000);
    await expect(control.runJob()).resolves.toBeUndefined();
  });

  test("a failing check is a condition, until the fixture is gone", async () => {
    const control = await openTestSimulator(await openTestDatabase(engine));
    const { database } = control;
    await control.publish(flowFor(["USA"]));
    const { body } = await add(control, "wrong", { expectation: { rule: "gold" } });
    await add(control, "right");
    await check(control);
    const found = await findFailingFixtures(database.queries, YOGA);
    expect(found).toEqual([
      {
        ...PLACE,
        kind: "fixtures.failing",
        subject: "",
        state: "standing",
        details: { failed: 1 },
      },
    ]);
    const unserved = { ...YOGA, environments: {} };
    expect(await findFailingFixtures(database.queries, unserved)).toEqual([]);
    await database.transaction((transaction) =>
      keepConditions(transaction, found, { ids: createIdSource(), now: 1 }),
    );
    const gone = await control.simulator.call(`DELETE ${FIXTURES}/${String(body["id"])}`);
    expect(gone.status).toBe(204);
    expect(await findFailingFixtures(database.queries, YOGA)).toEqual([]);
    expect(await read(control)).toMatchObject({ passed: 1, failed: 0, results: [{}] });
  });

  test("erasing a subscription forgets its fixtures", async () => {
    const control = await openTestSimulator(await openTestDatabase(engine));
    const { database, captured } = control;
    await control.publish(flowFor(["USA"]));
    await add(control, "theirs");
    await add(control, "another's", { signedPayload: captured({ originalTransactionId: "77" }) });
    await check(control);
    const pseudonym = (await control.idsOf("yoga")).pseudonymOf(TEST_SUBSCRIPTION);
    const erase = () =>
      database.transaction(async (transaction) => {
        let erased = 0;
        for (const part of ERASURES) {
          const theirs = { ...PLACE, pseudonyms: [pseudonym], now: 0 };
          erased += (await part(transaction, theirs))["fixtures"] ?? 0;
        }
        return erased;
      });
    expect(await erase()).toBe(1);
    expect(await erase()).toBe(0);
    expect((await read(control)).results).toMatchObject([{ name: "another's" }]);
  });
});

describe("addFixture", () => {
  test("refuses what a runtime would have refused, and whoever may not write", async () => {
    const control = await openTestSimulator(await openTestDatabase(SQLITE));
    const stranger = await createTestAppStore();
    const payload: unknown = JSON.parse(
      Buffer.from(control.captured().split(".")[1] ?? "", "base64url").toString(),
    );
    const forged = stranger.sign(payload, { x5c: control.store.x5c });
    for (const [signedPayload, code] of [
      [forged, "SIGNATURE_INVALID"],
      [stranger.sign(payload), "ROOT_UNTRUSTED"],
      [control.captured({ environment: "Production" }), "ENVIRONMENT_MISMATCH"],
    ]) {
      const { status, body } = await add(control, "forged", { signedPayload });
      expect(status).toBe(400);
      expect(JSON.stringify(body)).toContain(code);
    }
    const listed = await control.simulator.call(`GET ${FIXTURES}`);
    expect(listed.body["items"]).toEqual([]);
    const body = { name: "a", signedPayload: control.captured() };
    const viewer = control.as({ role: "viewer" });
    expect((await viewer.call(`POST ${FIXTURES}`, body)).status).toBe(403);
    expect((await viewer.call(`POST ${CHECK}`)).status).toBe(403);
    const elsewhere = control.as({ role: "admin", apps: ["golf"] });
    expect((await elsewhere.call(`GET ${CHECK}`)).status).toBe(404);
  });

  test("a fixture whose root is trusted no more fails, though its certificates need not be valid now", async () => {
    const control = await openTestSimulator(await openTestDatabase(SQLITE));
    await control.publish(flowFor(["USA"]));
    await add(control, "american");
    expect(await check(control)).toMatchObject({ passed: 1 });
    await control.database.queries
      .updateTable("app_environments")
      .set({ trusted_roots: "[]" as never })
      .where("environment", "=", "sandbox")
      .execute();
    expect(await check(control)).toMatchObject({
      failed: 1,
      results: [{ problem: "refused", code: "ROOT_UNTRUSTED" }],
    });
  });
});
