import {
  importPublisherPublicKey,
  verifyPublicationRecord,
  verifyStopList,
} from "@holdfast/runtime/wire";
import type { PublisherPublicKey } from "@holdfast/runtime/wire";
import { parsePublicKeyPem } from "@holdfast/appstore/crypto";
import { webCryptography } from "@holdfast/runtime/keys";
import { describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { findPublication } from "./publications.ts";
import { loadPublisher } from "./publisher-key.ts";
import { readStopList } from "./stop-lists.ts";
import { flowFor, openTestPublishing } from "./testing/test-publishing.ts";
import type { TestPublishing } from "./testing/test-publishing.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";
const PUBLICATIONS = `${SANDBOX}/publications`;
const PLACE = { app: "yoga", environment: "sandbox" } as const;

async function publicKeyOf({ database, keyring }: TestPublishing): Promise<PublisherPublicKey> {
  const { publicKeyPem } = await loadPublisher({ database, keyring }, "yoga");
  return importPublisherPublicKey(parsePublicKeyPem(publicKeyPem), webCryptography);
}

async function sequences(control: TestPublishing): Promise<readonly number[]> {
  const { body } = await control.call(`GET ${PUBLICATIONS}`);
  return body.items.map(({ sequence }) => sequence);
}

const readIssued = async (control: TestPublishing) => {
  const list = await readStopList(control.database.queries, PLACE);
  return verifyStopList(list?.record ?? "", [await publicKeyOf(control)]);
};

describe.each(await engines())("on $name", (engine) => {
  async function open(options?: { readonly requiredApprovals: number }): Promise<TestPublishing> {
    return openTestPublishing(await openTestDatabase(engine), options);
  }

  describe("publishVersion", () => {
    test("makes a version live, signed by the app's publisher", async () => {
      const control = await open();
      const version = await control.save(flowFor(["USA"]));
      const body = { version, expectedSequence: 0, note: "why" };
      const answer = await control.call(`ann: POST ${PUBLICATIONS}`, body);
      expect(answer).toMatchObject({
        status: 201,
        body: { sequence: 1, version, kind: "publish", publishedBy: "ann", note: "why" },
      });
      const stored = await findPublication(control.database.queries, PLACE, 1);
      const record = await verifyPublicationRecord(stored?.record ?? "", [
        await publicKeyOf(control),
      ]);
      expect(record).toMatchObject({ ...PLACE, sequence: 1, snapshot: answer.body.snapshot });
      expect(record.label).toMatch(/^yoga_sandbox_\d{4}_\d\d_\d\d_1$/);
      const audit = await control.database.queries.selectFrom("audit_log").selectAll().execute();
      expect(audit.at(-1)).toMatchObject({ actor: "ann", action: "publishVersion" });
    });

    test("lets one of two editors win, and tells the other in words what is live now", async () => {
      const control = await open();
      await control.publish(flowFor(["USA"]));
      const versions = [
        await control.save(flowFor(["USA", "GBR"])),
        await control.save(flowFor(["FRA"])),
      ];
      const answers = await Promise.all(
        versions.map((version) =>
          control.call(`POST ${PUBLICATIONS}`, { version, expectedSequence: 1 }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
      const winner = answers.findIndex(({ status }) => status === 201);
      const error = answers.find(({ status }) => status === 409)?.body.error;
      expect(error).toMatchObject({ code: "CONFLICT", current: { sequence: 2 } });
      expect(error?.current.summary).toContain(
        winner === 0 ? "storefront gained GBR" : "storefront gained FRA and lost USA",
      );
      expect(await sequences(control)).toEqual([2, 1]);
    });

    test("answers a repetition whose answer was lost with what it published", async () => {
      const control = await open();
      const version = await control.save(flowFor(["USA"]));
      const publish = () => control.call(`POST ${PUBLICATIONS}`, { version, expectedSequence: 0 });
      const first = await publish();
      expect((await publish()).body).toEqual(first.body);
      expect(await sequences(control)).toEqual([1]);
    });

    test("refuses a flow that Apple's reviews have made impossible", async () => {
      const control = await open();
      const version = await control.save(flowFor(["USA"]));
      control.facts.reviewStates = { messages: {}, images: {} };
      const path = PUBLICATIONS.replace("sandbox", "production");
      const answer = await control.call(`POST ${path}`, { version, expectedSequence: 0 });
      expect(answer).toMatchObject({ status: 422, body: { error: { code: "FLOW_INVALID" } } });
      expect(answer.body.error.issues.length).toBeGreaterThan(0);
    });

    test.each([
      ["a version that is not there", { version: 9, expectedSequence: 0 }, 404],
      ["an older state", { version: 1, expectedSequence: 7 }, 409],
      ["no expectation", { version: 1 }, 400],
      ["a member nobody knows", { version: 1, expectedSequence: 0, force: true }, 400],
    ])("refuses %s", async (_, body, status) => {
      const control = await open();
      await control.save(flowFor(["USA"]));
      expect((await control.call(`POST ${PUBLICATIONS}`, body)).status).toBe(status);
      expect(await sequences(control)).toEqual([]);
    });

    test.each([
      ["viewer", 403],
      ["stranger", 404],
      ["runtime", 403],
      ["nobody", 401],
    ])("refuses %s", async (who, status) => {
      const control = await open();
      const body = { version: await control.save(flowFor(["USA"])), expectedSequence: 0 };
      expect((await control.call(`${who}: POST ${PUBLICATIONS}`, body)).status).toBe(status);
    });

    test("waits for the approvals the environment asks for", async () => {
      const control = await open({ requiredApprovals: 1 });
      const version = await control.save(flowFor(["USA"]));
      const publish = () => control.call(`POST ${PUBLICATIONS}`, { version, expectedSequence: 0 });
      const decide = (by: string, verdict: string) =>
        control.call(`${by}: POST /v1/apps/yoga/versions/${version}/approvals`, {
          environment: "sandbox",
          verdict,
        });
      expect((await publish()).body.error.code).toBe("APPROVAL_REQUIRED");
      await decide("ann", "approve");
      await decide("bob", "reject");
      expect((await publish()).body.error.code).toBe("APPROVAL_REQUIRED");
      await decide("bob", "approve");
      expect((await publish()).status).toBe(201);
    });

    test("is done whole or not at all, wherever the process dies", async () => {
      const control = await open();
      const version = await control.save(flowFor(["USA"]));
      const body = { version, expectedSequence: 0 };
      const steps = await killedEverywhere(control, () =>
        control.call(`POST ${PUBLICATIONS}`, body),
      );
      expect(steps).toBeGreaterThan(2);
      expect(await sequences(control)).toEqual([1]);
      const { queries } = control.database;
      expect(await queries.selectFrom("snapshots").select("hash").execute()).toHaveLength(1);
      const changes = await queries
        .selectFrom("changes")
        .select("topic")
        .where("topic", "=", "publication")
        .execute();
      expect(changes).toHaveLength(1);
    });
  });

  describe("rollBackPublication", () => {
    test("brings an earlier snapshot back under a higher sequence, pinned", async () => {
      const control = await open();
      const first = await control.publish(flowFor(["USA"]));
      await control.publish(flowFor(["GBR"]));
      const path = `${PUBLICATIONS}/rollback`;
      const answer = await control.call(`POST ${path}`, { to: 1, expectedSequence: 2 });
      expect(answer).toMatchObject({
        status: 201,
        body: {
          sequence: 3,
          version: 1,
          snapshot: first.body.snapshot,
          kind: "rollback",
          rolledBackTo: 1,
          isPinned: true,
        },
      });
      expect((await control.call(`POST ${path}`, { to: 1, expectedSequence: 2 })).status).toBe(409);
      expect((await control.call(`POST ${path}`, { to: 9, expectedSequence: 3 })).status).toBe(404);
      expect((await control.publish(flowFor(["FRA"]))).body.isPinned).toBe(false);
    });
  });

  describe("the stop list", () => {
    test("pauses and resumes, each time signed under a higher sequence", async () => {
      const control = await open();
      expect((await control.call(`GET ${SANDBOX}/stop-list`)).body).toMatchObject({ sequence: 0 });
      const paused = await control.call(`ann: POST ${SANDBOX}/pause`, { isWholeApp: true });
      expect(paused).toMatchObject({ status: 200, body: { sequence: 1, appPaused: true } });
      expect(await readIssued(control)).toMatchObject({ ...PLACE, sequence: 1, appPaused: true });
      await control.call(`POST ${SANDBOX}/pause`, { isWholeApp: false });
      const resumed = await control.call(`POST ${SANDBOX}/resume`, { isWholeApp: true });
      expect(resumed.body).toMatchObject({ sequence: 3, appPaused: false, offersPaused: true });
      expect(await readIssued(control)).toMatchObject({ sequence: 3, offersPaused: true });
      expect(
        (await control.call(`viewer: POST ${SANDBOX}/pause`, { isWholeApp: true })).status,
      ).toBe(403);
    });

    test("changes nothing when it is paused twice", async () => {
      const control = await open();
      const pause = () => control.call(`POST ${SANDBOX}/pause`, { isWholeApp: true });
      const first = await pause();
      expect((await pause()).body).toEqual(first.body);
    });

    test("stops single offers, but not over a change nobody saw", async () => {
      const control = await open();
      const path = `${SANDBOX}/stop-list`;
      const stop = (stoppedOffers: readonly string[], etag: string) =>
        control.call(`PUT ${path}/offers`, { stoppedOffers }, { "If-Match": etag });
      const etag = (await control.call(`GET ${path}`)).headers.get("etag") ?? "";
      const stopped = await stop(["b/2", "a/1", "a/1"], etag);
      expect(stopped).toMatchObject({ status: 200, body: { stoppedOffers: ["a/1", "b/2"] } });
      expect((await stop([], etag)).status).toBe(412);
      expect(await readIssued(control)).toMatchObject({
        sequence: 1,
        stoppedOffers: ["a/1", "b/2"],
      });
      expect((await stop([], stopped.headers.get("etag") ?? "")).body.stoppedOffers).toEqual([]);
    });

    test("loses none of the changes that are made at once", async () => {
      const control = await open();
      await Promise.all([
        control.call(`ann: POST ${SANDBOX}/pause`, { isWholeApp: true }),
        control.call(`bob: POST ${SANDBOX}/pause`, { isWholeApp: false }),
      ]);
      expect(await readIssued(control)).toMatchObject({
        sequence: 2,
        appPaused: true,
        offersPaused: true,
      });
    });

    test("is changed whole or not at all, wherever the process dies", async () => {
      const control = await open();
      await killedEverywhere(control, () =>
        control.call(`POST ${SANDBOX}/pause`, { isWholeApp: true }),
      );
      const list = await readIssued(control);
      expect(list).toMatchObject({ appPaused: true });
      expect((await readStopList(control.database.queries, PLACE))?.sequence).toBe(list.sequence);
    });
  });

  test("readPublisherKey answers the public key alone, and of an app that is there", async () => {
    const control = await open();
    const path = "/v1/apps/yoga/publisher-key";
    const { publicKeyPem, keyId } = await loadPublisher(control, "yoga");
    const { status, body } = await control.call(`viewer: GET ${path}`);
    expect({ status, body }).toEqual({ status: 200, body: { keyId, publicKeyPem } });
    expect((await control.call(`GET ${path.replace("yoga", "none")}`)).status).toBe(404);
    expect((await control.call(`runtime: GET ${path}`)).status).toBe(403);
  });

  test("replicas that make an app's publisher key at the same time use the same one", async () => {
    const control = await open();
    const { database, keyring } = control;
    const load = () => loadPublisher({ database, keyring }, "yoga");
    const keys = await Promise.all([load(), load(), load()]);
    expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
  });
});

/**
 * Does `act` again and again, each time dying one statement later than before, until it comes through;
 * returns how many times it died. As a killed process does, it leaves its transaction unfinished.
 */
async function killedEverywhere(
  control: TestPublishing,
  act: () => Promise<{ readonly status: number }>,
): Promise<number> {
  const { database } = control;
  const original = database.transaction.bind(database);
  for (let survives = 0; ; survives += 1) {
    let statements = 0;
    let died = false;
    Object.assign(database, {
      transaction: (run: Parameters<typeof original>[0]) =>
        original((transaction) =>
          run({
            ...transaction,
            queries: dyingQueries(transaction.queries, () => {
              statements += 1;
              died = statements > survives;
              if (died) throw new Error("killed");
            }),
          }),
        ),
    });
    try {
      const { status } = await act();
      expect(status >= 500).toBe(died);
      if (!died) return survives;
    } finally {
      Object.assign(database, { transaction: original });
    }
  }
}

type Queries = Parameters<Parameters<TestPublishing["database"]["transaction"]>[0]>[0]["queries"];

/** Queries that tell before each statement that is begun. */
function dyingQueries(queries: Queries, onStatement: () => void): Queries {
  return new Proxy(queries, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]) => {
        onStatement();
        return Reflect.apply(value, target, parameters) as unknown;
      };
    },
  });
}
