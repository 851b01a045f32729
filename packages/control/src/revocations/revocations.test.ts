import { chainOf } from "@holdfast/appstore/revocation";
import { createTestAppStore, testRealtimeRequest } from "@holdfast/appstore/testing";
import { startEmulator } from "@holdfast/emulator";
import { readRevocationList } from "@holdfast/runtime/wire";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { MAX_BESIDE_APPLES } from "./revocation-chains.ts";
import { revocationWarnings } from "./revocation-warnings.ts";
import { openTestRevocations } from "./testing/test-revocations.ts";
import type { TestRevocations } from "./testing/test-revocations.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const emulator = await startEmulator({ port: 0 });
afterAll(() => emulator.close());
const { signedPayload } = await emulator.signedRequest({
  app: "yoga",
  environment: "sandbox",
  originalTransactionId: emulator.credentials("yoga").originalTransactionId,
});
const { leaf, intermediate, root } = chainOf(signedPayload);
const REPORT = "POST /v1/revocations/chains";

beforeEach(() => {
  emulator.ocsp.configure({ mode: "normal", status: { leaf: "good", intermediate: "good" } });
});

describe.each(await engines())("on $name", (engine) => {
  async function open(): Promise<TestRevocations> {
    return openTestRevocations(await openTestDatabase(engine), emulator);
  }

  describe("the guard of a verifier", () => {
    test("has a chain asked about that something good was signed under", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      expect(await revocations.records()).toEqual([]);
      await revocations.ask();
      expect(await revocations.records()).toMatchObject([{ status: "good" }]);
      expect(revocations.problems).toEqual([]);
    });

    test("keeps nothing of what does not verify", async () => {
      const revocations = await open();
      const forged = (await createTestAppStore()).sign(testRealtimeRequest());
      await expect(revocations.verify(forged)).rejects.toMatchObject({ code: "ROOT_UNTRUSTED" });
      const [header, payload, signature = ""] = signedPayload.split(".");
      const changed = `${header}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
      await expect(revocations.verify(changed)).rejects.toMatchObject({
        code: "SIGNATURE_INVALID",
      });
      await expect(revocations.row()).rejects.toThrow();
    });

    test("refuses a revoked chain within a minute, in another process too", async () => {
      const revocations = await open();
      const replica = await openTestRevocations(revocations.database, emulator, {
        isReplica: true,
      });
      await revocations.verify(signedPayload);
      await replica.verify(signedPayload);
      emulator.ocsp.configure({ status: { intermediate: "revoked" } });
      await revocations.ask();
      for (const process of [revocations, replica]) {
        process.clock.aheadMs += MINUTE_MS + 1;
        await process.verify(signedPayload);
        await expect(process.verify(signedPayload)).rejects.toMatchObject({
          code: "CERTIFICATE_REVOKED",
        });
      }
    });

    test("does without the database when it must, and tries again", async () => {
      const database = await openTestDatabase(engine);
      const revocations = await openTestRevocations(database, emulator);
      await database.close();
      await revocations.verify(signedPayload);
      const failures = revocations.problems.length;
      expect(failures).toBeGreaterThan(0);
      await revocations.verify(signedPayload);
      expect(revocations.problems.length).toBeGreaterThan(failures);
    });
  });

  describe("askDueChains()", () => {
    test("asks again half-way to the end of what was said, and not before", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      await revocations.ask();
      const [before] = await revocations.records();
      revocations.clock.aheadMs = 29 * MINUTE_MS;
      await revocations.ask(neverFetch);
      revocations.clock.aheadMs = 31 * MINUTE_MS;
      await revocations.ask();
      const { said_at: saidAt, attempts } = await revocations.row();
      expect(attempts).toBe(0);
      expect(saidAt).toBeGreaterThan(Date.now() + 30 * MINUTE_MS);
      expect(before?.status).toBe("good");
    });

    test("keeps what was said when the responder is down, and asks again soon", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      await revocations.ask();
      const before = await revocations.records();
      emulator.ocsp.configure({ mode: "down" });
      revocations.clock.aheadMs = 31 * MINUTE_MS;
      await revocations.ask();
      expect(await revocations.records()).toEqual(before);
      expect(await revocations.row()).toMatchObject({ problem: "OCSP_REFUSED", attempts: 1 });
      emulator.ocsp.configure({ mode: "normal" });
      revocations.clock.aheadMs += 6 * MINUTE_MS;
      await revocations.ask();
      expect(await revocations.row()).toMatchObject({ problem: null, attempts: 0 });
    });

    test("takes revoked for the last word", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      emulator.ocsp.configure({ status: { leaf: "revoked" } });
      await revocations.ask();
      emulator.ocsp.configure({ status: { leaf: "good" } });
      revocations.clock.aheadMs = 90 * DAY_MS;
      await revocations.ask(neverFetch);
      expect(await revocations.records()).toMatchObject([{ status: "revoked" }]);
    });

    test("forgets a chain that nobody saw for two months", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      await revocations.ask();
      revocations.clock.aheadMs = 61 * DAY_MS;
      await revocations.ask(neverFetch);
      expect(await revocations.records()).toEqual([]);
    });

    test("asks nobody in a private network for a root that is not Apple's, unless it may", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      await revocations.ask(neverFetch, false);
      expect(await revocations.row()).toMatchObject({ problem: "OCSP_UNREACHABLE", status: null });
      revocations.clock.aheadMs = 6 * MINUTE_MS;
      await revocations.ask(fetch, true);
      expect(await revocations.row()).toMatchObject({ problem: null, status: "good" });
    });

    test("asks nobody about a chain whose root no app trusts any more", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      await revocations.database.queries
        .updateTable("app_environments")
        .set({ trusted_roots: "[]" as never })
        .execute();
      await revocations.ask(neverFetch);
      expect(await revocations.row()).toMatchObject({ problem: "ROOT_UNTRUSTED" });
    });
  });

  describe("revocationWarnings()", () => {
    test("say nothing while responders answer, or what they said still holds", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      expect(await warnings(revocations)).toEqual([]);
      await revocations.ask();
      emulator.ocsp.configure({ mode: "down" });
      revocations.clock.aheadMs = 31 * MINUTE_MS;
      await revocations.ask();
      expect(await warnings(revocations)).toEqual([]);
      revocations.clock.aheadMs = 61 * MINUTE_MS;
      expect(await warnings(revocations)).toEqual([expect.stringContaining("OCSP_REFUSED")]);
    });

    test("say that a certificate is revoked", async () => {
      const revocations = await open();
      await revocations.verify(signedPayload);
      emulator.ocsp.configure({ status: { leaf: "revoked" } });
      await revocations.ask();
      expect(await warnings(revocations)).toEqual([expect.stringContaining("is revoked")]);
    });
  });

  describe("reportChain and readRevocations", () => {
    test("take a chain of a runtime, and give it what is known", async () => {
      const revocations = await open();
      const empty = await revocations.call("GET /v1/revocations");
      expect([empty.status, empty.body]).toEqual([200, { records: "" }]);
      const reported = await revocations.call(REPORT, { leaf, intermediate, root });
      expect([reported.status, reported.text]).toEqual([204, ""]);
      await revocations.ask();
      const read = await revocations.call("GET /v1/revocations");
      const { revocationRecords: key } = revocations.runtimeKeys;
      const { records } = await readRevocationList(String(read.body["records"]), key);
      expect(records).toMatchObject(await revocations.records());
      expect(records).toHaveLength(1);
      const headers = { "If-None-Match": read.headers.get("etag") ?? "" };
      const again = await revocations.call("GET /v1/revocations", undefined, headers);
      expect(again.status).toBe(304);
    });

    test("keep no chain of another root than Apple's where there are many", async () => {
      const revocations = await open();
      const { queries } = revocations.database;
      await revocations.verify(signedPayload);
      const row = await revocations.row();
      await queries.deleteFrom("revocation_chains").execute();
      const others = Array.from({ length: MAX_BESIDE_APPLES - 1 }, (_, index) => ({
        ...row,
        leaf: String(index),
      }));
      await queries
        .insertInto("revocation_chains")
        .values(others as never)
        .execute();
      const report = () => revocations.call(REPORT, { leaf, intermediate, root });
      const count = async () =>
        (await queries.selectFrom("revocation_chains").select("leaf").execute()).length;
      await report();
      expect(await count()).toBe(MAX_BESIDE_APPLES);
      await queries.updateTable("revocation_chains").set({ seen_at: 0 }).execute();
      await report();
      const seen = queries.selectFrom("revocation_chains").select("leaf").where("seen_at", ">", 0);
      expect(await seen.execute()).toHaveLength(1);
      await queries
        .updateTable("revocation_chains")
        .set({ leaf: "x" })
        .where("seen_at", ">", 0)
        .execute();
      expect((await report()).status).toBe(204);
      expect(await count()).toBe(MAX_BESIDE_APPLES);
    });

    test("refuse a chain that does not verify here, and say why", async () => {
      const revocations = await open();
      const foreign = chainOf((await createTestAppStore()).sign(testRealtimeRequest()));
      const chains = [
        foreign,
        { leaf: foreign.leaf, intermediate, root },
        { leaf: "AAAA", intermediate: "AAAA", root },
      ];
      for (const chain of chains) {
        const { status, body } = await revocations.call(REPORT, chain);
        expect([status, body["error"]]).toMatchObject([400, { code: "INPUT_INVALID" }]);
      }
      await expect(revocations.row()).rejects.toThrow();
    });
  });
});

function warnings({ database, clock }: TestRevocations): Promise<readonly string[]> {
  return revocationWarnings(database.queries, Date.now() + clock.aheadMs);
}

const neverFetch: typeof fetch = () => Promise.reject(new Error("asked"));
