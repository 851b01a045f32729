import { snapshotHash } from "@holdfast/flow/snapshot";
import { beforeAll, describe, expect, test } from "vitest";
import { deriveRuntimeKeys } from "../keys/runtime-secret.ts";
import { nodeCryptography } from "../node/node-cryptography.ts";
import type { LivePublication } from "../ports/publications.ts";
import { CRYPTOGRAPHIES } from "../testing/cryptographies.ts";
import { compileTestFlow, MESSAGE } from "../testing/test-flow.ts";
import { createTestPublication } from "../testing/test-publication.ts";
import type { TestPublication } from "../testing/test-publication.ts";
import { createTestPublisher } from "../testing/test-publisher.ts";
import { createTestRuntime, TEST_NOW } from "../testing/test-runtime.ts";
import { sealValue } from "../wire/sealed-value.ts";
import { signPublicationRecord } from "../wire/publication-record.ts";
import type { StopList } from "../wire/stop-list.ts";
import { openLiveValue, openStopList } from "./open-live-value.ts";
import type { Opened } from "./open-live-value.ts";

let app: TestPublication;
beforeAll(async () => {
  app = await createTestPublication();
});

function open(value: unknown, current?: LivePublication): Promise<Opened> {
  return openLiveValue(value, app.config, current, app.means);
}

async function opened(sequence = 1): Promise<LivePublication> {
  return (await open(await app.live({ sequence }))).live;
}

const RECORD = {
  app: "test",
  environment: "sandbox",
  label: "test_sandbox_6",
  sequence: 6,
  publishedAt: TEST_NOW,
} as const;

/** Another flow of the same app. */
const otherSnapshot = () => compileTestFlow("sandbox", { messages: {}, images: {} });

describe("openLiveValue()", () => {
  test("opens what the publisher made, from JSON too", async () => {
    const value = await app.live();
    const { live, signingKeyProblem } = await open(JSON.parse(JSON.stringify(value)));
    expect(signingKeyProblem).toBeUndefined();
    expect(live).toMatchObject({
      app: "test",
      environment: "sandbox",
      bundleId: "com.example.test",
      label: "test_sandbox_1",
      sequence: 1,
      publishedAt: TEST_NOW,
      stops: { sequence: 0 },
      keys: { signing: { keyId: "ABC123DEFG" } },
    });
  });

  test.each(CRYPTOGRAPHIES)("opens it on %s, for the same pseudonyms", async (_, cryptography) => {
    const runtimeKeys = await deriveRuntimeKeys(new Uint8Array(32).fill(2), cryptography);
    const means = { runtimeKeys, cryptography };
    const { live } = await openLiveValue(await app.live(), app.config, undefined, means);
    const expected = await nodeCryptography.importHmacKey(new Uint8Array(32).fill(1));
    const data = new TextEncoder().encode("x");
    expect(Buffer.from(await live.keys.pseudonym.mac(data))).toEqual(
      Buffer.from(await expected.mac(data)),
    );
  });

  test("opens the same again, and the same snapshot under a higher sequence", async () => {
    const live = await opened();
    expect((await open(await app.live(), live)).live.sequence).toBe(1);
    expect((await open(await app.live({ sequence: 9 }), live)).live.sequence).toBe(9);
  });

  test("keeps the stops in force", async () => {
    const live = await opened();
    const stops = { ...live.stops, sequence: 5, appPaused: true };
    expect((await open(await app.live({ sequence: 2 }), { ...live, stops })).live.stops).toBe(
      stops,
    );
  });

  test.each([
    ["a lower sequence", () => app.live({ sequence: 4 }), "PUBLICATION_SUPERSEDED"],
    [
      "the same sequence with another snapshot",
      () => app.live({ sequence: 5, snapshot: otherSnapshot() }),
      "PUBLICATION_SUPERSEDED",
    ],
    ["another app", () => app.live({ app: "other", sequence: 6 }), "PUBLICATION_FOREIGN"],
    [
      "another environment",
      () =>
        app.live({
          sequence: 6,
          snapshot: { ...app.snapshot, environment: "production" },
        }),
      "PUBLICATION_FOREIGN",
    ],
    [
      "a snapshot of another bundle id",
      () => app.live({ sequence: 6, snapshot: { ...app.snapshot, app: "com.example.other" } }),
      "PUBLICATION_FOREIGN",
    ],
    [
      "a snapshot of another environment than the record",
      async () => {
        const snapshot = { ...app.snapshot, environment: "production" } as const;
        const record = { ...RECORD, snapshot: await snapshotHash(snapshot) };
        const publication = await signPublicationRecord(record, app.publisher);
        return { ...(await app.live()), snapshot, publication };
      },
      "PUBLICATION_FOREIGN",
    ],
    [
      "a snapshot that is not the one in the record",
      async () => ({
        ...(await app.live({ sequence: 6 })),
        snapshot: (await app.live({ snapshot: otherSnapshot() })).snapshot,
      }),
      "PUBLICATION_MISMATCH",
    ],
    [
      "a snapshot that is none",
      async () => ({ ...(await app.live({ sequence: 6 })), snapshot: {} }),
      "SNAPSHOT_FORMAT_UNKNOWN",
    ],
    [
      "another publisher",
      async () => app.live({ sequence: 6, publisher: await createTestPublisher() }),
      "WIRE_SIGNATURE_INVALID",
    ],
    ["what is no live value", async () => ({ format: "x" }), "WIRE_FORMAT_UNKNOWN"],
  ])("refuses %s", async (_, make, code) => {
    const live = await opened(5);
    await expect(open(await make(), live)).rejects.toMatchObject({ code });
  });
});

describe("openLiveValue() and keys", () => {
  const destination = { app: "test", environment: "sandbox" } as const;
  const seal = (purpose: "inAppPurchaseKey" | "pseudonymKey", keyId: string, content: string) =>
    sealValue(app.runtimeKeys.sealedValues, new TextEncoder().encode(content), {
      ...destination,
      purpose,
      keyId,
    });
  const delivered = { keyId: "K", issuerId: "I", privateKey: "-----BEGIN PRIVATE KEY-----" };

  test("opens a live value without a signing key", async () => {
    const { signingKey: _, ...keyless } = await app.live();
    const { live, signingKeyProblem } = await open(keyless);
    expect([live.keys.signing, signingKeyProblem]).toEqual([undefined, undefined]);
  });

  test.each([
    ["does not open", async () => "1.K.AAAA", "WIRE_SEAL_BROKEN"],
    ["is no sealed value", async () => "x", "WIRE_FORMAT_UNKNOWN"],
    ["was sealed for another purpose", () => seal("pseudonymKey", "K", "x"), "WIRE_SEAL_BROKEN"],
    [
      "names another key inside",
      () => seal("inAppPurchaseKey", "L", JSON.stringify(delivered)),
      "WIRE_SEAL_BROKEN",
    ],
    [
      "lacks the issuer",
      () => seal("inAppPurchaseKey", "K", JSON.stringify({ ...delivered, issuerId: undefined })),
      "WIRE_MALFORMED",
    ],
    [
      "is no private key inside",
      () => seal("inAppPurchaseKey", "K", JSON.stringify(delivered)),
      "PRIVATE_KEY_INVALID",
    ],
    [
      "is a bare key inside",
      () => seal("inAppPurchaseKey", "K", "MIGTAgEAMBMGByqGSM49"),
      "WIRE_MALFORMED",
    ],
  ])("goes live and says so when the signing key %s", async (_, make, code) => {
    const signingKey = await make();
    const { live, signingKeyProblem } = await open({ ...(await app.live()), signingKey });
    expect(signingKeyProblem).toMatchObject({ code });
    expect(String(signingKeyProblem)).not.toMatch(/MIG|BEGIN/);
    const runtime = await createTestRuntime({ live: { keys: live.keys } });
    const response = await runtime.ask({ productId: "p.offer" });
    expect(await response.json()).toEqual({ message: { messageIdentifier: MESSAGE.own } });
  });

  test.each([
    ["does not open", async () => "1.1.AAAA", "WIRE_SEAL_BROKEN"],
    [
      "was sealed under another runtime secret",
      async () => {
        const secret = new Uint8Array(32).fill(3);
        const runtimeKeys = await deriveRuntimeKeys(secret, nodeCryptography);
        return (await app.live({ runtimeKeys })).pseudonymKey;
      },
      "WIRE_SEAL_BROKEN",
    ],
    ["is empty", () => seal("pseudonymKey", "1", ""), "WIRE_MALFORMED"],
    ["is too short", () => seal("pseudonymKey", "1", "short"), "WIRE_MALFORMED"],
  ])("refuses a live value whose pseudonym key %s", async (_, make, code) => {
    const pseudonymKey = await make();
    await expect(open({ ...(await app.live()), pseudonymKey })).rejects.toMatchObject({ code });
  });
});

async function openList(list: Promise<string>): Promise<StopList> {
  return openStopList(await list, app.config, 3);
}

describe("openStopList()", () => {
  test("opens a higher sequence, and the same again", async () => {
    expect((await openList(app.stopList({ sequence: 4, appPaused: true }))).appPaused).toBe(true);
    expect((await openList(app.stopList({ sequence: 3 }))).sequence).toBe(3);
  });

  test.each([
    ["a lower sequence", () => app.stopList({ sequence: 2 }), "PUBLICATION_SUPERSEDED"],
    ["another app's", () => app.stopList({ sequence: 4, app: "other" }), "PUBLICATION_FOREIGN"],
    [
      "another environment's",
      () => app.stopList({ sequence: 4, environment: "production" }),
      "PUBLICATION_FOREIGN",
    ],
    [
      "another publisher's",
      async () => app.stopList({ sequence: 4 }, await createTestPublisher()),
      "WIRE_SIGNATURE_INVALID",
    ],
  ])("refuses %s", async (_, make, code) => {
    await expect(openList(make())).rejects.toMatchObject({ code });
  });
});
