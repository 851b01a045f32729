import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LIVE_VALUE_FORMAT, signPublicationRecord } from "@holdfast/runtime/wire";
import { createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { loadPublisher } from "../publishing/index.ts";
import { createKeyring, rotateMasterKey } from "../secrets/index.ts";
import { flowFor } from "../publishing/testing/test-publishing.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { findTarget } from "./target.ts";
import { createTargetClients } from "./target-clients.ts";
import { openTestWorkers } from "./testing/test-workers.ts";
import type { TestWorkers } from "./testing/test-workers.ts";

const ROUTE = "/v1/apps/yoga/workers";

function bodyOf({ cloudflare, namespaceId }: TestWorkers) {
  const { accountId, apiToken } = cloudflare;
  return { accountId, namespaceId, apiToken };
}

async function rows({ means }: TestWorkers, table: "secrets" | "workers_values" | "audit_log") {
  return means.database.queries.selectFrom(table).selectAll().execute();
}

async function putValue(
  { cloudflare, namespaceId }: TestWorkers,
  key: string,
  value: string,
): Promise<void> {
  const { accountId, apiToken, apiUrl } = cloudflare;
  const client = createKvNamespaceClient({ accountId, namespaceId, apiToken, apiUrl });
  await client.put([{ key, value }]);
}

const tokens = async (workers: TestWorkers) => {
  const secrets = await rows(workers, "secrets");
  return secrets.filter((row) => "purpose" in row && row.purpose === "cloudflareToken");
};

const environment = async (workers: TestWorkers) =>
  (await workers.call(`GET ${ROUTE}`)).body["environments"]?.[0];

describe.each(await engines())("on $name", (engine) => {
  async function open(): Promise<TestWorkers> {
    return openTestWorkers(await openTestDatabase(engine));
  }

  describe("putWorkersTarget", () => {
    test("keeps the namespace and the token, sealed, and shows no token", async () => {
      const workers = await open();
      const body = bodyOf(workers);
      const put = await workers.call(`PUT ${ROUTE}`, body);
      expect(put.status).toBe(200);
      const { accountId, namespaceId, apiToken } = body;
      const none = { subscribers: { pending: 0, written: 0 } };
      const environments = [{ environment: "sandbox" }, { environment: "production" }];
      expect(put.body).toMatchObject({ accountId, namespaceId, environments, ...none });
      const read = await workers.call(`GET ${ROUTE}`);
      expect(read.body).toEqual(put.body);
      const audit = await rows(workers, "audit_log");
      expect(JSON.stringify(audit)).toContain(namespaceId);
      const said = JSON.stringify([put.text, read.text, audit, await rows(workers, "secrets")]);
      expect(said).not.toContain(apiToken);
      expect(await tokens(workers)).toHaveLength(1);
    });

    test("tries the token by reading, and keeps none that Cloudflare refuses", async () => {
      const workers = await open();
      const body = { ...bodyOf(workers), apiToken: "wrong-token" };
      const refused = await workers.call(`PUT ${ROUTE}`, body);
      expect(refused.status).toBe(502);
      expect(refused.body).toMatchObject({ error: { code: "CLOUDFLARE_REFUSED" } });
      expect(refused.text).not.toContain("wrong-token");
      expect((await workers.call(`GET ${ROUTE}`)).status).toBe(404);
      expect(await tokens(workers)).toEqual([]);
      expect(workers.cloudflare.requests.map(({ method }) => method)).toEqual(["GET"]);
    });

    test.each(["production", "sandbox"] as const)(
      "refuses a namespace in which another key's publication is live in %s",
      async (place) => {
        const workers = await open();
        const { database, keyring } = workers.publishing;
        const other = await loadPublisher({ database, keyring }, "other");
        const publication = await signPublicationRecord(
          {
            app: "yoga",
            environment: place,
            snapshot: "0".repeat(64),
            label: "theirs",
            sequence: 1,
            publishedAt: 1,
          },
          other,
        );
        const live = { format: LIVE_VALUE_FORMAT, publication, snapshot: {}, pseudonymKey: "x" };
        const key = `live/yoga/${place}`;
        await putValue(workers, key, JSON.stringify(live));
        const refused = await workers.call(`PUT ${ROUTE}`, bodyOf(workers));
        expect(refused.body).toMatchObject({
          error: { code: "CONFLICT", message: expect.stringContaining(place) as string },
        });
        expect((await workers.call(`GET ${ROUTE}`)).status).toBe(404);
        await putValue(workers, key, "no live value");
        expect((await workers.call(`PUT ${ROUTE}`, bodyOf(workers))).status).toBe(200);
      },
    );

    test("takes a namespace in which its own publication is live", async () => {
      const workers = await open();
      await workers.publishing.publish(flowFor(["USA"]));
      await workers.connect();
      await workers.tend();
      expect(workers.keys()).toContain("live/yoga/sandbox");
      await workers.call(`DELETE ${ROUTE}`);
      await workers.connect();
    });

    test("refuses a namespace that is not there", async () => {
      const workers = await open();
      const body = { ...bodyOf(workers), namespaceId: "0".repeat(32) };
      const refused = await workers.call(`PUT ${ROUTE}`, body);
      expect(refused.body).toMatchObject({ error: { code: "CLOUDFLARE_REFUSED" } });
    });

    test("refuses a token that no header can carry, without repeating it", async () => {
      const workers = await open();
      const body = { ...bodyOf(workers), apiToken: "two words" };
      const refused = await workers.call(`PUT ${ROUTE}`, body);
      expect(refused.status).toBe(400);
      expect(refused.text).not.toContain("two words");
    });

    test("replaces token and namespace, and leaves one secret", async () => {
      const workers = await open();
      await workers.connect();
      const first = await findTarget(workers.means.database.queries, "yoga");
      const other = workers.cloudflare.addNamespace();
      await workers.connect(other);
      expect(await tokens(workers)).toHaveLength(1);
      await workers.connect(other);
      const [token] = await tokens(workers);
      const target = await findTarget(workers.means.database.queries, "yoga");
      expect(target).toMatchObject({ namespaceId: other });
      expect(target?.id).not.toBe(first?.id);
      expect(token).toMatchObject({ key_id: target?.id });
    });

    test("seals the token so that it opens after a rotation of the master key", async () => {
      const database = await openTestDatabase(engine);
      const older = new Uint8Array(randomBytes(32));
      const newer = new Uint8Array(randomBytes(32));
      const keyring = await createKeyring({ current: older, previous: [] });
      const workers = await openTestWorkers(database, { keyring });
      await workers.connect();
      await rotateMasterKey(database, await createKeyring({ current: newer, previous: [older] }));
      const { clientOf } = createTargetClients({
        queries: database.queries,
        keyring: await createKeyring({ current: newer, previous: [] }),
        apiUrl: workers.cloudflare.apiUrl,
      });
      const target = await findTarget(database.queries, "yoga");
      if (target === undefined) throw new Error("expected a target");
      await (await clientOf(target)).put([{ key: "tried", value: "yes" }]);
      expect(workers.keys()).toEqual(["tried"]);
    });
  });

  describe("readWorkersTarget", () => {
    test("tells what waits, what was written, and what is wrong", async () => {
      const workers = await open();
      await workers.publishing.publish(flowFor(["USA"]));
      await workers.connect();
      expect(await environment(workers)).toEqual({
        environment: "sandbox",
        live: { waitingSequence: 1 },
      });
      workers.cloudflare.faults.add({ kind: "status", status: 403, method: "PUT" });
      await workers.tend();
      expect(await environment(workers)).toEqual({
        environment: "sandbox",
        live: {
          waitingSequence: 1,
          failingSince: expect.any(Number) as number,
          problem: "CLOUDFLARE_REFUSED",
        },
      });
      workers.clock.aheadMs = 61_000;
      await workers.tend();
      expect(await environment(workers)).toEqual({
        environment: "sandbox",
        live: { sequence: 1, writtenAt: expect.any(Number) as number },
      });
      await workers.publishing.publish(flowFor(["GBR"]));
      expect(await environment(workers)).toMatchObject({
        live: { sequence: 1, waitingSequence: 2 },
      });
    });
  });

  describe("deleteWorkersTarget", () => {
    test("forgets namespace and token, and leaves what Workers answer by", async () => {
      const workers = await open();
      await workers.publishing.publish(flowFor(["USA"]));
      await workers.connect();
      await workers.tend();
      expect((await workers.call(`DELETE ${ROUTE}`)).status).toBe(204);
      expect((await workers.call(`GET ${ROUTE}`)).status).toBe(404);
      expect((await workers.call(`DELETE ${ROUTE}`)).status).toBe(404);
      expect([await tokens(workers), await rows(workers, "workers_values")]).toEqual([[], []]);
      expect(workers.keys()).toEqual(["live/yoga/sandbox"]);
    });
  });

  test("an app that is deleted takes its target and token with it", async () => {
    const workers = await open();
    await workers.connect();
    const { queries } = workers.means.database;
    await queries.deleteFrom("apps").where("id", "=", "yoga").execute();
    expect(await findTarget(queries, "yoga")).toBeUndefined();
  });
});
