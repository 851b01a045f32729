import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { describe, expect, onTestFinished, test } from "vitest";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { openSealedValue, parseLiveValue } from "@holdfast/runtime/wire";
import { addInAppPurchaseKey } from "../keys/in-app-purchase-keys.ts";
import { keyBinding } from "../keys/key-rows.ts";
import { flowFor, openTestPublishing } from "../publishing/testing/test-publishing.ts";
import type { TestPublishing } from "../publishing/testing/test-publishing.ts";
import {
  engines,
  openTestDatabase,
  openTestDatabaseAt,
  postgresEngines,
} from "../storage/testing/engines.ts";
import { forgetRuntimesJob, listLostRuntimes } from "./runtimes.ts";
import { watchSnapshots } from "./watch-snapshots.ts";

const SNAPSHOT = "/v1/snapshots/yoga/sandbox";
const SANDBOX = "/v1/apps/yoga/environments/sandbox";

/** Reads a control plane's events as they come. */
async function watch(control: TestPublishing, by = "runtime") {
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const request = new Request("https://holdfast.test/v1/snapshots", {
    headers: { Authorization: `Bearer ${by}` },
    signal: closing.signal,
  });
  const response = await control.app.fetch(request);
  const events: unknown[] = [];
  const reading = (async () => {
    const decoder = new TextDecoderStream();
    let text = "";
    for await (const piece of (response.body ?? new ReadableStream()).pipeThrough(decoder)) {
      text += piece;
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) events.push(JSON.parse(data));
      }
    }
  })().catch(() => undefined);
  return { response, events, close: () => closing.abort(), reading };
}

/** Waits until nothing more is told of what was committed before. */
async function quiet(events: readonly unknown[]): Promise<void> {
  let seen = -1;
  await expect
    .poll(
      () => {
        const isQuiet = events.length === seen;
        seen = events.length;
        return isQuiet;
      },
      { interval: 50 },
    )
    .toBe(true);
}

describe.each(await engines())("on $name", (engine) => {
  async function open(): Promise<TestPublishing> {
    return openTestPublishing(await openTestDatabase(engine));
  }

  test("readLiveValue answers what is live, and nothing while it is the same", async () => {
    const control = await open();
    expect((await control.call(`runtime: GET ${SNAPSHOT}`)).status).toBe(404);
    await control.publish(flowFor(["USA"]));
    const read = await control.call(`runtime: GET ${SNAPSHOT}`);
    expect(read.status).toBe(200);
    expect(parseLiveValue(read.body).snapshot).toMatchObject({ app: "com.example.yoga" });
    const etag = read.headers.get("etag") ?? "";
    const again = await control.call(`runtime: GET ${SNAPSHOT}`, undefined, {
      "If-None-Match": etag,
    });
    expect(again.status).toBe(304);
    await control.publish(flowFor(["GBR"]));
    const newer = await control.call(`runtime: GET ${SNAPSHOT}`, undefined, {
      "If-None-Match": etag,
    });
    expect(newer.status).toBe(200);
  });

  test("readLiveValue has the app's keys, sealed for runtimes only", async () => {
    const control = await open();
    const { database, keyring, runtimeKeys } = control;
    await control.publish(flowFor(["USA"]));
    const before = await control.call(`runtime: GET ${SNAPSHOT}`);
    expect(before.body).not.toHaveProperty("signingKey");
    const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
    const binding = keyBinding("in_app_purchase_keys", { app: "yoga", keyId });
    const sealed = await keyring.seal(new TextEncoder().encode(privateKey), binding);
    const key = { app: "yoga", keyId, issuerId, publicKeyHash: "00", sealed };
    await database.transaction((transaction) => addInAppPurchaseKey(transaction, key, 1));
    const after = await control.call(`runtime: GET ${SNAPSHOT}`, undefined, {
      "If-None-Match": before.headers.get("etag") ?? "",
    });
    expect(after.status).toBe(200);
    expect(after.body.publication).toBe(before.body.publication);
    expect(JSON.stringify(after.body)).not.toContain("PRIVATE");
    const place = { app: "yoga", environment: "sandbox", purpose: "inAppPurchaseKey" } as const;
    const opened = await openSealedValue(runtimeKeys.sealedValues, after.body.signingKey, place);
    expect(JSON.parse(new TextDecoder().decode(opened.plaintext))).toEqual({
      keyId,
      issuerId,
      privateKey,
    });
  });

  test("readSignedStopList answers the stop list once there is one", async () => {
    const control = await open();
    const path = `${SNAPSHOT}/stop-list`;
    expect((await control.call(`runtime: GET ${path}`)).status).toBe(404);
    await control.call(`POST ${SANDBOX}/pause`, { isWholeApp: true });
    const read = await control.call(`runtime: GET ${path}`);
    expect(read).toMatchObject({
      status: 200,
      body: { stopList: expect.stringMatching(/^ey/) as string },
    });
    const headers = { "If-None-Match": read.headers.get("etag") ?? "" };
    expect((await control.call(`runtime: GET ${path}`, undefined, headers)).status).toBe(304);
  });

  test.each([
    ["kim", SNAPSHOT, 403],
    ["nobody", SNAPSHOT, 401],
    ["runtime", "/v1/snapshots/other/sandbox", 404],
    ["runtime", "/v1/snapshots/yoga/staging", 400],
    ["kim", "/v1/snapshots", 403],
  ])("%s reading %s is answered with %d", async (who, path, status) => {
    const control = await open();
    expect((await control.call(`${who}: GET ${path}`)).status).toBe(status);
  });

  test("watchSnapshots tells what there is, and then what changes", async () => {
    const control = await open();
    await control.publish(flowFor(["USA"]));
    const { response, events } = await watch(control);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const place = { app: "yoga", environment: "sandbox" };
    // What was committed as the stream began may be told once more.
    await expect.poll(() => events.at(-1)).toEqual({ ...place, what: "live", sequence: 1 });
    await control.publish(flowFor(["GBR"]));
    await expect.poll(() => events.at(-1)).toEqual({ ...place, what: "live", sequence: 2 });
    await control.call(`POST ${SANDBOX}/pause`, { isWholeApp: true });
    await expect.poll(() => events.at(-1)).toEqual({ ...place, what: "stopList", sequence: 1 });
  });

  test("watchSnapshots tells when the signing key changes, and only of live values", async () => {
    const control = await open();
    await control.publish(flowFor(["USA"]));
    await control.call(`POST ${SANDBOX.replace("sandbox", "production")}/pause`, {
      isWholeApp: true,
    });
    const { events } = await watch(control);
    await quiet(events);
    const before = events.length;
    await control.database.transaction(async ({ announce }) => {
      announce({ topic: "in-app-purchase-key", app: "yoga", subject: "K" });
    });
    await expect.poll(() => events).toHaveLength(before + 1);
    expect(events.at(-1)).toMatchObject({ what: "live", sequence: 1 });
  });

  test("watchSnapshots says nothing of apps the token may not see", async () => {
    const control = await open();
    const { database } = control;
    await control.publish(flowFor(["USA"]));
    const live = await database.queries
      .selectFrom("publications")
      .selectAll()
      .executeTakeFirstOrThrow();
    const { events } = await watch(control);
    await database.transaction(async ({ queries, announce }) => {
      await queries
        .insertInto("publications")
        .values({ ...live, app: "other" })
        .execute();
      announce({ topic: "publication", app: "other", environment: "sandbox" });
    });
    await control.publish(flowFor(["GBR"]));
    await expect.poll(() => events.at(-1)).toMatchObject({ sequence: 2 });
    expect(JSON.stringify(events)).not.toContain("other");
  });

  test("watchSnapshots ends when its reader is gone", async () => {
    const control = await open();
    const { close, reading } = await watch(control);
    close();
    await expect(reading).resolves.toBeUndefined();
  });

  test("watchSnapshots ends with its time, so that a token is asked for again", async () => {
    const { hub, database } = await open();
    const signal = AbortSignal.timeout(20);
    const events = watchSnapshots({ queries: database.queries, hub, apps: "all", signal });
    expect(await events.next()).toMatchObject({ done: true });
  });

  test("runtimes report what they run, and are listed while they do", async () => {
    const control = await open();
    const report = {
      host: "node",
      release: "0.1.0",
      startedAt: 1,
      serves: [{ app: "yoga", environment: "sandbox", sequence: 3, stopListSequence: 1 }],
    };
    const put = (who: string, id: string, body: unknown = report) =>
      control.call(`${who}: PUT /v1/runtimes/${id}`, body);
    expect((await put("runtime", "one")).status).toBe(204);
    expect((await put("runtime", "one")).status).toBe(204);
    expect((await put("runtime2", "one")).status).toBe(403);
    expect((await put("kim", "one")).status).toBe(403);
    const foreign = { ...report, serves: [{ ...report.serves[0], app: "other" }] };
    expect((await put("runtime", "two", foreign)).status).toBe(404);
    expect((await put("runtime", "two", { ...report, more: 1 })).status).toBe(400);
    const list = async (who = "kim", query = "") =>
      (await control.call(`${who}: GET /v1/runtimes${query}`)).body.items;
    expect(await list("viewer")).toMatchObject([{ id: "one", ...report }]);
    expect(await list("stranger")).toEqual([]);
    expect(await list("kim", "?environment=production")).toEqual([]);
    await forgetRuntimesJob({ database: control.database, now: () => Date.now() + 9e8 }).run({
      id: "job",
      payload: null,
      attempt: 1,
      signal: new AbortController().signal,
    });
    expect(await list()).toEqual([]);
  });

  test("runtimes that stop are forgotten, and not missed", async () => {
    const control = await open();
    const report = { host: "node", release: "0.1.0", startedAt: 1, serves: [] };
    const serves = [{ app: "yoga", environment: "sandbox", sequence: 3, stopListSequence: 1 }];
    await control.call("runtime: PUT /v1/runtimes/one", { ...report, serves });
    expect((await control.call("GET /v1/runtimes")).body.items).toHaveLength(1);
    const last = { ...report, serves, isStopping: true };
    expect((await control.call("runtime: PUT /v1/runtimes/one", last)).status).toBe(204);
    expect((await control.call("GET /v1/runtimes")).body.items).toEqual([]);
    expect(await listLostRuntimes(control.database.queries, Date.now() + 9e8)).toEqual([]);
  });

  test("listRuntimes pages without a gap, and leaves out who is gone", async () => {
    const control = await open();
    const body = {
      host: "workers",
      release: "0.1.0",
      startedAt: 1,
      serves: [{ app: "yoga", environment: "sandbox", sequence: 0, stopListSequence: 0 }],
    };
    for (const id of ["a", "b", "c"]) await control.call(`runtime: PUT /v1/runtimes/${id}`, body);
    await control.database.queries
      .updateTable("runtimes")
      .set({ reported_at: Date.now() - 11 * 60_000 })
      .where("id", "=", "b")
      .execute();
    const first = (await control.call("GET /v1/runtimes?limit=1")).body;
    const second = (await control.call(`GET /v1/runtimes?limit=1&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(["a", "c"]);
    expect(second).not.toHaveProperty("nextCursor");
  });

  test("a stream over a real connection ends with it", async () => {
    const control = await open();
    const listener = getRequestListener((request) => control.app.fetch(request));
    const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => server.closeAllConnections());
    // A listening TCP server's address is an object.
    const { port } = server.address() as AddressInfo;
    const closing = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/v1/snapshots`, {
      headers: { Authorization: "Bearer runtime" },
      signal: closing.signal,
    });
    const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await pieces?.read())?.value).toMatch(/^:/);
    closing.abort();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe.each(await postgresEngines())("with two control processes on $name", (engine) => {
  test("a stream of one tells what was published through the other", async () => {
    const place = await engine.migratedPlace();
    const one = await openTestPublishing(await openTestDatabaseAt(place));
    const { keyring } = one;
    const other = await openTestPublishing(await openTestDatabaseAt(place), { keyring });
    const { events } = await watch(one);
    await other.publish(flowFor(["USA"]));
    await expect
      .poll(() => events, { timeout: 5000 })
      .toMatchObject([{ what: "live", sequence: 1 }]);
    expect((await one.call(`runtime: GET ${SNAPSHOT}`)).status).toBe(200);
  });
});
