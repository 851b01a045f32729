import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { testNotification, testRenewalInfo, testTransaction } from "@holdfast/appstore/testing";
import type { Emulator } from "@holdfast/emulator";
import { sealValue } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import { testRecord } from "../decisions/testing/test-decisions.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import type { DatabaseOptions } from "../storage/open-database.ts";
import { engines } from "../storage/testing/engines.ts";
import { startReceiver } from "../webhooks/testing/receiver.ts";
import { CANARIES, openCanaryControl, readCells, tracesOf } from "./testing/canary-control.ts";
import type { CanaryControl } from "./testing/canary-control.ts";

const PLACE = "/v1/apps/yoga/environments/sandbox";

/** Signs whatever it is given, as Apple signs. */
async function sign(emulator: Emulator, payload: object): Promise<string> {
  // It is typed for what is asked in real time, and signs anything as it is.
  type Signed = Parameters<Emulator["signPayload"]>[0];
  const { signedPayload } = await emulator.signPayload(payload as Signed);
  return signedPayload;
}

/** What Apple posts of a subscription of the account, in one of its later transactions. */
async function signedNews({ emulator }: CanaryControl, original: string): Promise<string> {
  const now = Date.now();
  const dated = { environment: "Sandbox", signedDate: now } as const;
  const info = await sign(
    emulator,
    testTransaction({
      ...dated,
      originalTransactionId: original,
      transactionId: CANARIES.toldLater,
      productId: "yoga.monthly",
      purchaseDate: now - 86_400_000,
      expiresDate: now + 86_400_000,
      appAccountToken: CANARIES.account,
    }),
  );
  const renewal = testRenewalInfo({ ...dated, originalTransactionId: original });
  return sign(
    emulator,
    testNotification({
      notificationUUID: randomUUID(),
      signedDate: now,
      data: {
        environment: "Sandbox",
        bundleId: "com.example.yoga",
        status: 1,
        signedTransactionInfo: info,
        signedRenewalInfo: await sign(emulator, renewal),
      },
    }),
  );
}

/** A decision as a runtime ships it, with the id sealed. */
async function decisionAbout({ ids, runtimeKeys }: CanaryControl, id: string, snapshot: string) {
  const binding = {
    app: "yoga",
    environment: "sandbox",
    purpose: "decision",
    keyId: "runtime",
  } as const;
  const sealedId = await sealValue(runtimeKeys.decisionSeal, new TextEncoder().encode(id), binding);
  const at = Date.now();
  const { subject, ...record } = testRecord({ requestedAt: at, decidedAt: at, snapshot });
  return { ...record, subject: { ...subject, pseudonym: ids.pseudonymOf(id), sealedId } };
}

/** Puts the canaries in wherever ids can be put in, and returns what was signed about them. */
async function putEverywhere(control: CanaryControl): Promise<readonly string[]> {
  const { call, emulator, runtimeToken } = control;
  const post = async (path: string, body: unknown, token?: string): Promise<unknown> => {
    const { status, json, text } = await call("POST", path, { body, token });
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
    return json;
  };
  const source = flowFor(["USA"]).replace(
    "messages:",
    "attributes: { plan_usage: number }\nmessages:",
  );
  await post("/v1/apps/yoga/versions", { source });
  const live = await post(`${PLACE}/publications`, { version: 1, expectedSequence: 0 });
  // What a publication answers.
  const { snapshot } = live as { readonly snapshot: string };

  const news = await signedNews(control, CANARIES.told);
  await call("POST", "/apple/notifications/yoga", { body: { signedPayload: news } });
  const forged = (await signedNews(control, CANARIES.forged)).slice(0, -6);
  await call("POST", "/apple/notifications/yoga", { body: { signedPayload: `${forged}AAAAAA` } });
  await call("POST", "/apple/notifications/yoga", {
    body: { originalTransactionId: CANARIES.told },
  });
  await call("POST", `/apple/notifications/${CANARIES.told}`, { body: { signedPayload: news } });

  await post(`${PLACE}/subscribers/attributes`, {
    entries: [
      { transactionId: CANARIES.stated, attributes: { plan_usage: 3 } },
      { originalTransactionId: CANARIES.unknown, attributes: { plan_usage: 4 } },
      { appAccountToken: CANARIES.account, attributes: { plan_usage: 5 } },
      { transactionId: CANARIES.unknown, attributes: { none: 1 } },
      { transactionId: CANARIES.forged, originalTransactionId: CANARIES.told, attributes: {} },
    ],
  });
  const file = { fileSha256: "ab".repeat(32), total: 3 };
  const begun = await post(`${PLACE}/subscriber-imports`, file);
  // What an import answers.
  const { id } = begun as { readonly id: string };
  const transactionIds = [CANARIES.imported, CANARIES.unknown, `${CANARIES.forged}x`];
  await post(`${PLACE}/subscriber-imports/${id}/transaction-ids`, { offset: 0, transactionIds });

  const told = await decisionAbout(control, CANARIES.told, snapshot);
  const decided = await decisionAbout(control, CANARIES.decided, snapshot);
  const bad = { ...decided, requestIdentifier: randomUUID(), requestedAt: CANARIES.forged };
  await post("/v1/decisions", { decisions: [told, decided, bad] }, runtimeToken);
  await post(`${PLACE}/decisions/${told.requestIdentifier}/explanation`, undefined);
  for (const transactionId of [CANARIES.told, CANARIES.toldLater, CANARIES.unknown]) {
    await post(`${PLACE}/decisions/find`, { transactionId });
    await post(`${PLACE}/subscribers/find`, { transactionId });
  }
  await post(`${PLACE}/subscribers/find`, { appAccountToken: CANARIES.account });
  await call("POST", `${PLACE}/subscribers/find`, {
    body: { transactionId: `${CANARIES.told} x` },
  });

  const { signedPayload: captured } = await emulator.signedRequest({
    app: "yoga",
    environment: "sandbox",
    originalTransactionId: CANARIES.told,
  });
  await post(`${PLACE}/simulations`, { signedPayload: captured });
  const request = { productId: "yoga.monthly", originalTransactionId: CANARIES.told };
  await post(`${PLACE}/simulations`, { request });
  await post(`${PLACE}/simulations`, { signedPayload: `${captured.slice(0, -6)}AAAAAA` });
  await post(`${PLACE}/comparisons`, { last: 100 });
  await post(`${PLACE}/fixtures`, { name: "captured", signedPayload: captured });
  await post(`${PLACE}/fixture-check`, undefined);
  return [news, captured];
}

/** Everything there is to read. */
const READ = [
  "/v1/audit",
  `${PLACE}/notifications`,
  `${PLACE}/notifications/status`,
  `${PLACE}/notifications/forwards`,
  `${PLACE}/subscriber-imports`,
  `${PLACE}/status-queue`,
  `${PLACE}/decisions`,
  `${PLACE}/decision-counts`,
  `${PLACE}/decision-exports`,
  `${PLACE}/known-shares`,
  `${PLACE}/outcomes`,
  `${PLACE}/fixtures`,
];

describe.each(await engines())("raw ids, on $name", (engine) => {
  test("are in no cell, answer, log line or metric, wherever they came in; and erasing leaves no pseudonym", async () => {
    const place = await engine.migratedPlace();
    const control = await openCanaryControl(place);
    const { database, call, ids } = control;
    const receiver = await startReceiver();
    const url = `${receiver.url}/all`;
    await call("POST", `${PLACE}/notifications/forwards`, { body: { url } });
    const payloads = await putEverywhere(control);
    const known = [CANARIES.told, CANARIES.stated, CANARIES.imported, CANARIES.decided];
    await expect
      .poll(
        async () => {
          const { queries } = database;
          const rows = await queries.selectFrom("subscribers").select("pseudonym").execute();
          const waiting = await queries
            .selectFrom("notification_forwardings")
            .select("id")
            .execute();
          const due = await queries
            .selectFrom("wanted_statuses")
            .select("next_at")
            .where("next_at", "is not", null)
            .execute();
          return [rows.map(({ pseudonym }) => pseudonym).toSorted(), waiting.length, due.length];
        },
        { timeout: 20_000, interval: 100 },
      )
      .toEqual([known.map((id) => ids.pseudonymOf(id)).toSorted(), 0, 0]);
    expect(receiver.posts.map(({ body }) => body.length > 1000)).toEqual([true]);
    const read = await Promise.all(READ.map(async (path) => (await call("GET", path)).status));
    expect(read).toEqual(READ.map(() => 200));

    const traces = [
      ...Object.values(CANARIES).flatMap(tracesOf),
      // Whoever has the payload can read the ids in it.
      ...payloads.map((payload) => payload.slice(-120, -60)),
    ];
    const holds = (text: string): boolean => traces.some((trace) => text.includes(trace));
    const cells = await readCells(database);
    expect(cells.length).toBeGreaterThan(300);
    expect(cells.filter(({ text }) => holds(text))).toEqual([]);
    const said = await control.said();
    expect(said.length).toBeGreaterThan(50);
    expect(said.filter(holds)).toEqual([]);

    for (const originalTransactionId of [...known, CANARIES.unknown]) {
      const body = { originalTransactionId };
      const { status } = await call("POST", "/v1/apps/yoga/subscribers/erase", { body });
      expect(status).toBe(200);
    }
    await call("POST", "/v1/apps/yoga/subscribers/erase", {
      body: { appAccountToken: CANARIES.account },
    });
    const sealed = cells.filter(({ column }) => /sealed_id/.test(column)).map(({ text }) => text);
    const gone = [...known, CANARIES.unknown].map((id) => ids.pseudonymOf(id));
    gone.push(ids.accountHashOf(CANARIES.account), ids.transactionHashOf(CANARIES.toldLater));
    const left = (await readCells(database)).filter(({ text }) =>
      gone.some((name) => text.includes(name)),
    );
    expect([...new Set(left.map(({ table, column }) => `${table}.${column}`))].toSorted()).toEqual([
      "audit_log.details",
      "audit_log.subject",
      // So that what was on its way at the erasure does not bring it back.
      "subscriber_erasures.pseudonym",
    ]);
    await control.close();
    const texts = await filesOf(place);
    for (const text of texts) {
      expect(holds(text)).toBe(false);
      expect(sealed.filter((one) => one.length > 8 && text.includes(one))).toEqual([]);
    }
  });
});

/** The files of a database that is one. */
async function filesOf(place: DatabaseOptions): Promise<readonly string[]> {
  if (place.engine !== "sqlite") return [];
  const { directory } = place;
  const names = await readdir(directory);
  return Promise.all(names.map((name) => readFile(join(directory, name), "latin1")));
}
