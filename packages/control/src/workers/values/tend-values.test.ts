import { UpstreamError } from "@holdfast/appstore/errors";
import { generateInAppPurchaseKey } from "@holdfast/appstore/testing";
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { parseLiveValue } from "@holdfast/runtime/wire";
import type { KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { describe, expect, test } from "vitest";
import { addInAppPurchaseKey } from "../../keys/in-app-purchase-keys.ts";
import { keyBinding } from "../../keys/key-rows.ts";
import { flowFor } from "../../publishing/testing/test-publishing.ts";
import {
  engines,
  openTestDatabase,
  openTestDatabaseAt,
  postgresEngines,
  runOn,
} from "../../storage/testing/engines.ts";
import { openTestWorkers } from "../testing/test-workers.ts";
import type { TestWorkers } from "../testing/test-workers.ts";
import type { WorkersMeans } from "../workers-means.ts";
import { tendValues } from "./tend-values.ts";

const LIVE = "live/yoga/sandbox";
const STOPS = "stops/yoga/sandbox";
const ROUTE = "/v1/apps/yoga/environments/sandbox";

const never = new AbortController().signal;

async function rowOf({ means }: TestWorkers, kind: "live" | "stopList") {
  return means.database.queries
    .selectFrom("workers_values")
    .selectAll()
    .where("kind", "=", kind)
    .where("environment", "=", "sandbox")
    .executeTakeFirst();
}

async function pause({ publishing }: TestWorkers): Promise<void> {
  const { status } = await publishing.call(`POST ${ROUTE}/pause`, { isWholeApp: true });
  if (status !== 200) throw new Error(`expected 200, got ${status}`);
}

/** Adds the app's first In-App Purchase key, which then signs. */
async function addKey({ publishing }: TestWorkers): Promise<void> {
  const { database, keyring } = publishing;
  const { keyId, issuerId, privateKey } = generateInAppPurchaseKey();
  const binding = keyBinding("in_app_purchase_keys", { app: "yoga", keyId });
  const sealed = await keyring.seal(new TextEncoder().encode(privateKey), binding);
  const key = { app: "yoga", keyId, issuerId, publicKeyHash: "00", sealed };
  await database.transaction((transaction) => addInAppPurchaseKey(transaction, key, 1));
}

/** The sequence that Workers have. */
async function liveThere({ cloudflare, namespaceId }: TestWorkers) {
  const value = parseLiveValue(JSON.parse(cloudflare.value(namespaceId, LIVE) ?? "{}"));
  const [, payload = ""] = value.publication.split(".");
  const record: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
  return (record as { readonly sequence: number }).sequence;
}

async function targetOf({ means }: TestWorkers) {
  const { database } = means;
  const row = await database.queries
    .selectFrom("workers_targets")
    .selectAll()
    .executeTakeFirstOrThrow();
  return {
    app: row.app,
    id: row.id,
    accountId: row.account_id,
    namespaceId: row.namespace_id,
    connectedAt: row.connected_at,
  };
}

/** A client whose writes are as a test says; it has no values. */
function clientWith(put: KvNamespaceClient["put"]): Pick<WorkersMeans, "clientOf"> {
  const client = { put, remove: async () => undefined, read: async () => undefined };
  return { clientOf: async () => client };
}

describe.each(await engines())("on $name", (engine) => {
  async function openLive(): Promise<TestWorkers> {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    expect((await workers.publishing.publish(flowFor(["USA"]))).status).toBe(201);
    await workers.connect();
    return workers;
  }

  describe("tendValues()", () => {
    test("writes what is live and stopped, and only what changed", async () => {
      const workers = await openLive();
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE]);
      expect(await liveThere(workers)).toBe(1);
      await pause(workers);
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE, STOPS]);
      const path = `GET ${ROUTE}/stop-list`;
      expect((await workers.publishing.call(path)).body.sequence).toBe(1);
      expect(workers.writes()).toBe(2);
      await workers.tend();
      expect(workers.writes()).toBe(2);
      expect(await rowOf(workers, "stopList")).toMatchObject({ sequence: 1, problem: null });
    });

    test("writes stop lists before what is live", async () => {
      const workers = await openLive();
      await pause(workers);
      const written: string[] = [];
      const recording = clientWith(async (pairs) => {
        written.push(...pairs.map(({ key }) => key));
      });
      await tendValues({ ...workers.means, ...recording }, { app: "yoga", signal: never });
      expect(written).toEqual([STOPS, LIVE]);
    });

    test("writes nothing for an app without a namespace", async () => {
      const workers = await openTestWorkers(await openTestDatabase(engine));
      await workers.publishing.publish(flowFor(["USA"]));
      await workers.tend();
      expect(workers.cloudflare.requests).toEqual([]);
    });

    test("writes a live value anew with another key, under the same sequence", async () => {
      const workers = await openLive();
      await workers.tend();
      await addKey(workers);
      await workers.tend();
      const value = workers.cloudflare.value(workers.namespaceId, LIVE) ?? "";
      expect(JSON.parse(value)).toHaveProperty("signingKey");
      expect(await liveThere(workers)).toBe(1);
    });

    test("writes a live value anew for another runtime secret", async () => {
      const workers = await openLive();
      await workers.tend();
      const runtimeKeys = await deriveRuntimeKeys(new Uint8Array(32).fill(3), webCryptography);
      await tendValues({ ...workers.means, runtimeKeys }, { app: "yoga", signal: never });
      expect(workers.writes()).toBe(2);
    });

    test("writes nothing older over something newer", async () => {
      const workers = await openLive();
      await workers.tend();
      const { queries } = workers.means.database;
      await queries.updateTable("workers_values").set({ tag: "later", sequence: 7 }).execute();
      await workers.tend();
      expect(workers.writes()).toBe(1);
    });

    test("keeps what is live waiting while a stop list cannot be written, and goes on when it is time", async () => {
      const workers = await openLive();
      await pause(workers);
      workers.cloudflare.faults.add({ kind: "status", status: 403, method: "PUT" });
      await workers.tend();
      expect(workers.keys()).toEqual([]);
      const problem = { problem: "CLOUDFLARE_REFUSED", attempts: 1, sequence: null };
      expect(await rowOf(workers, "stopList")).toMatchObject(problem);
      expect(await rowOf(workers, "live")).toBeUndefined();
      // It is not tried before its time, whoever asks.
      await workers.tend();
      expect(workers.writes()).toBe(1);
      workers.clock.aheadMs = 61_000;
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE, STOPS]);
      const well = { problem: null, attempts: 0, failing_since: null, next_at: null };
      expect(await rowOf(workers, "stopList")).toMatchObject(well);
    });

    test("tries at once, and looks at once, when the clock was set back since", async () => {
      const workers = await openLive();
      const DAY_MS = 86_400_000;
      workers.clock.aheadMs = DAY_MS;
      workers.cloudflare.faults.add({ kind: "status", status: 403, method: "PUT" });
      await workers.tend();
      expect(workers.keys()).toEqual([]);
      workers.clock.aheadMs = 0;
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE]);
      const { queries } = workers.means.database;
      await queries
        .updateTable("workers_values")
        .set({ check_at: Date.now() + DAY_MS, digest: "of something else" })
        .execute();
      await workers.tend();
      expect(await rowOf(workers, "live")).toMatchObject({ tag: null, check_at: null });
    });

    test("writes down what Cloudflare says of too many calls", async () => {
      const workers = await openLive();
      const limited = { kind: "status", status: 429, retryAfterSeconds: 300 } as const;
      workers.cloudflare.faults.add({ ...limited, method: "PUT" });
      await workers.tend();
      expect(await rowOf(workers, "live")).toMatchObject({ problem: "CLOUDFLARE_RATE_LIMITED" });
    });

    test("tries at once with a new token what waits for one", async () => {
      const workers = await openLive();
      workers.cloudflare.faults.add({ kind: "status", status: 403, method: "PUT" });
      await workers.tend();
      await workers.connect();
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE]);
    });

    test("writes everything to another namespace", async () => {
      const workers = await openLive();
      await workers.tend();
      const other = workers.cloudflare.addNamespace();
      await workers.connect(other);
      await workers.tend();
      expect(workers.cloudflare.keys(other)).toEqual([LIVE]);
      expect(workers.keys()).toEqual([LIVE]);
    });

    test("writes nothing down of a namespace that was changed meanwhile", async () => {
      const workers = await openLive();
      const other = workers.cloudflare.addNamespace();
      const changing = clientWith(() => workers.connect(other));
      await tendValues({ ...workers.means, ...changing }, { app: "yoga", signal: never });
      expect(await rowOf(workers, "live")).toBeUndefined();
    });

    test("leaves what a process did not end to the next", async () => {
      const workers = await openLive();
      const stopping = new AbortController();
      const ended = clientWith(async (_, signal) => {
        stopping.abort();
        signal?.throwIfAborted();
      });
      const { signal } = stopping;
      const tending = tendValues({ ...workers.means, ...ended }, { app: "yoga", signal });
      await expect(tending).rejects.toThrow("aborted");
      expect(await rowOf(workers, "live")).toBeUndefined();
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE]);
    });

    test("throws what is no fault of Cloudflare's", async () => {
      const workers = await openLive();
      const failure = new UpstreamError("DATABASE_UNREACHABLE", "gone");
      const failing = clientWith(() => Promise.reject(failure));
      const tending = tendValues({ ...workers.means, ...failing }, { app: "yoga", signal: never });
      await expect(tending).rejects.toBe(failure);
    });

    test("writes again what is not there any more, or is another", async () => {
      const workers = await openLive();
      await workers.tend();
      const { cloudflare, namespaceId } = workers;
      const reads = () =>
        cloudflare.requests.filter(({ path }) => path.includes("/values/")).length;
      const readsBefore = reads();
      workers.clock.aheadMs = 61_000;
      await workers.tend();
      await workers.tend();
      expect([reads() - readsBefore, workers.writes()]).toEqual([1, 1]);
      const { clientOf } = workers.means;
      const client = await clientOf(await targetOf(workers));
      await client.remove([LIVE]);
      expect(cloudflare.value(namespaceId, LIVE)).toBeUndefined();
      workers.clock.aheadMs += 3_600_000;
      await workers.tend();
      await workers.tend();
      expect(workers.keys()).toEqual([LIVE]);
    });

    test("tells of a token that is refused before anything waits, and that it is taken again", async () => {
      const workers = await openLive();
      await workers.tend();
      workers.cloudflare.faults.add({ kind: "status", status: 403, path: "/values/" });
      workers.clock.aheadMs = 61_000;
      await workers.tend();
      expect(await rowOf(workers, "live")).toMatchObject({ problem: "CLOUDFLARE_REFUSED" });
      workers.clock.aheadMs += 61_000;
      await workers.tend();
      expect(await rowOf(workers, "live")).toMatchObject({ problem: null, attempts: 0 });
      expect(workers.writes()).toBe(1);
    });

    test("of two controls one writes at a time, each value once", async () => {
      const place = await engine.migratedPlace();
      const database = await openTestDatabaseAt(place);
      const one = await openTestWorkers(database);
      await one.publishing.publish(flowFor(["USA"]));
      await pause(one);
      await one.connect();
      const isSqlite = place.engine === "sqlite";
      const second = isSqlite ? database : await openTestDatabaseAt(place);
      const other = await openTestWorkers(second, { replicaOf: one });
      const written: string[] = [];
      let busy = 0;
      let most = 0;
      const slow = clientWith(async (pairs) => {
        busy += 1;
        most = Math.max(most, busy);
        await one.means.database.queries.selectFrom("apps").selectAll().execute();
        busy -= 1;
        written.push(...pairs.map(({ key }) => key));
      });
      const by = ({ means }: TestWorkers) =>
        tendValues({ ...means, ...slow }, { app: "yoga", signal: never });
      await Promise.all([by(one), by(other), by(one), by(other)]);
      expect(written).toEqual([STOPS, LIVE]);
      expect(most).toBe(1);
    });
  });
});

describe.each(await postgresEngines())("on $name", (engine) => {
  test("tendValues() has a value written again when another control may have been at it", async () => {
    const place = await engine.migratedPlace();
    const url = place.engine === "postgres" ? place.url : "";
    const workers = await openTestWorkers(await openTestDatabaseAt(place));
    await workers.publishing.publish(flowFor(["USA"]));
    await workers.connect();
    await workers.tend();
    await workers.publishing.publish(flowFor(["GBR"]));
    const other = await openTestWorkers(await openTestDatabaseAt(place), { replicaOf: workers });
    // While it is on its way, the session is lost, and another control writes.
    const losing = clientWith(async (_, signal) => {
      const lost = new Promise((resolve) => signal?.addEventListener("abort", resolve));
      await runOn(
        url,
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      );
      await lost;
      await other.tend();
      expect(await rowOf(workers, "live")).toMatchObject({ sequence: 2 });
    });
    const tending = tendValues({ ...workers.means, ...losing }, { app: "yoga", signal: never });
    await expect(tending).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
    expect(await rowOf(workers, "live")).toMatchObject({ sequence: 2, tag: null });
    const before = workers.writes();
    await workers.tend();
    expect(workers.writes()).toBeGreaterThan(before);
    expect(await rowOf(workers, "live")).not.toMatchObject({ tag: null });
  });
});
