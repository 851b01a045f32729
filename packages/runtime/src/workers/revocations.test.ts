import { startEmulator } from "@holdfast/emulator";
import {
  parseSignedData,
  createSignedDataVerifier,
  createTrustStore,
} from "@holdfast/appstore/signed-data";
import type { ChainHashes } from "@holdfast/appstore/signed-data";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { webCryptography } from "../ports/web-cryptography.ts";
import { createFakeKv } from "../testing/fake-kv.ts";
import { CHAIN_KEYS, REVOCATIONS_KEY } from "../wire/kv-layout.ts";
import { readRevocationList, writeRevocationList } from "../wire/revocation-list.ts";
import type { RevocationEntry } from "../wire/revocation-list.ts";
import { createWorkerRevocations } from "./revocations.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const emulator = await startEmulator({ port: 0 });
afterAll(() => emulator.close());
const trust = createTrustStore([Uint8Array.from(emulator.rootCertificateDer)]);
const { originalTransactionId } = emulator.credentials("yoga");
const { signedPayload } = await emulator.signedRequest({
  app: "yoga",
  environment: "sandbox",
  originalTransactionId,
});
const key = await webCryptography.importHmacKey(new Uint8Array(32).fill(1));
const chain = await chainHashes();

/** As the verifier tells them. */
async function chainHashes(): Promise<ChainHashes> {
  let asked: ChainHashes | undefined;
  const policy = {
    trust,
    validAt: Date.now(),
    revocations: (hashes: ChainHashes) => {
      asked = hashes;
      return "good" as const;
    },
  };
  await createSignedDataVerifier().verify(parseSignedData(signedPayload), policy);
  if (asked === undefined) throw new Error("expected the verifier to ask");
  return asked;
}

/** An isolate over a namespace, at a time a test sets. */
function open() {
  const kv = createFakeKv();
  const time = { now: Date.now() };
  const isolate = () => createWorkerRevocations({ kv, key, now: () => time.now });
  const records = async (): Promise<readonly RevocationEntry[]> =>
    (await readRevocationList(kv.values.get(REVOCATIONS_KEY) ?? "", key)).records;
  return { kv, time, isolate, records };
}

function recordOf(status: RevocationEntry["status"], nextUpdate: number): RevocationEntry {
  return {
    leaf: chain.leafSha256,
    intermediate: chain.intermediateSha256,
    status,
    nextUpdate,
  };
}

/** Lets an isolate see a request as the answer does: the chain is looked at, then the request noted. */
async function see(revocations: ReturnType<typeof createWorkerRevocations>): Promise<boolean> {
  revocations.lookup(chain);
  const noting = revocations.note(signedPayload);
  await noting;
  return noting !== undefined;
}

beforeEach(() => {
  emulator.ocsp.configure({ mode: "normal", status: { leaf: "good", intermediate: "good" } });
});

describe("createWorkerRevocations()", () => {
  test("goes the whole way: noted, asked, written, installed, refused", async () => {
    const { kv, isolate, records } = open();
    const revocations = isolate();
    expect(revocations.lookup(chain)).toBe("unknown");
    await see(revocations);
    emulator.ocsp.configure({ status: { leaf: "revoked" } });
    expect(await revocations.renew({ fetch, trust })).toEqual({
      chains: 1,
      asked: 1,
      revoked: 1,
      problems: [],
    });
    expect(await records()).toMatchObject([{ status: "revoked", leaf: chain.leafSha256 }]);
    expect(revocations.warning()).toBeUndefined();
    await revocations.install(kv.values.get(REVOCATIONS_KEY) ?? null);
    expect(revocations.lookup(chain)).toBe("revoked");
    expect(revocations.warning()).toContain("revoked");
    await revocations.install(null);
    expect(revocations.lookup(chain)).toBe("revoked");
  });

  test("notes a chain once, another isolate finds it noted, and a day later it looks again", async () => {
    const { kv, time, isolate } = open();
    const revocations = isolate();
    expect(await see(revocations)).toBe(true);
    expect(await see(revocations)).toBe(false);
    await see(isolate());
    const noted = `${CHAIN_KEYS}${chain.leafSha256}`;
    expect(kv.calls).toEqual([`get ${noted}`, `put ${noted}`, `get ${noted}`]);
    time.now += DAY_MS + 1;
    await see(revocations);
    expect(kv.calls.slice(3)).toEqual([`get ${noted}`]);
    time.now += 3 * DAY_MS;
    await see(revocations);
    expect(kv.calls.slice(4)).toEqual([`get ${noted}`, `put ${noted}`]);
  });

  test("notes nothing of a request nobody looked at, or of rubbish", async () => {
    const { kv, isolate } = open();
    const revocations = isolate();
    expect(revocations.note(signedPayload)).toBeUndefined();
    revocations.lookup(chain);
    await revocations.note("rubbish");
    expect(kv.calls).toEqual([]);
  });

  test("does not reject when the namespace is away", async () => {
    const { kv, isolate } = open();
    kv.fail();
    expect(await see(isolate())).toBe(true);
    const renewal = await isolate().renew({ fetch, trust });
    expect(renewal).toEqual({ chains: 0, asked: 0, revoked: 0, problems: ["KV_FAILED"] });
  });

  test("warns when records are under another secret", async () => {
    const { isolate } = open();
    const other = await webCryptography.importHmacKey(new Uint8Array(32).fill(2));
    const revocations = isolate();
    await revocations.install(await writeRevocationList([recordOf("good", 0)], other));
    expect(revocations.warning()).toContain("another runtime secret");
  });
});

/** A namespace where the chain is noted and one record is written. */
async function openWith(record: RevocationEntry) {
  const opened = open();
  const revocations = opened.isolate();
  await see(revocations);
  opened.kv.values.set(REVOCATIONS_KEY, await writeRevocationList([record], key));
  opened.kv.calls.length = 0;
  return { ...opened, revocations };
}

describe("renew()", () => {
  test("leaves a record alone that holds for hours, whoever wrote it", async () => {
    const { kv, revocations } = await openWith(recordOf("good", Date.now() + 3 * HOUR_MS));
    const renewal = await revocations.renew({ fetch: neverFetch, trust });
    expect(renewal).toEqual({ chains: 1, asked: 0, revoked: 0, problems: [] });
    expect(kv.calls).toEqual([`get ${REVOCATIONS_KEY}`, `list ${CHAIN_KEYS}`]);
  });

  test("renews one that ends soon", async () => {
    const before = recordOf("good", Date.now() + HOUR_MS / 2);
    const { records, revocations } = await openWith(before);
    await revocations.renew({ fetch, trust });
    const [after] = await records();
    expect(after?.nextUpdate).toBeGreaterThan(before.nextUpdate);
  });

  test("never asks again about a chain that is revoked", async () => {
    const before = recordOf("revoked", Date.now() - DAY_MS);
    const { records, revocations } = await openWith(before);
    expect(await revocations.renew({ fetch: neverFetch, trust })).toMatchObject({ revoked: 1 });
    expect(await records()).toMatchObject([before]);
  });

  test("keeps an older record when the responder is down, until nobody renewed it for a week", async () => {
    const before = recordOf("good", Date.now() + HOUR_MS);
    const { time, records, revocations } = await openWith(before);
    emulator.ocsp.configure({ mode: "down" });
    const renewal = await revocations.renew({ fetch, trust });
    expect(renewal).toMatchObject({ asked: 1, problems: ["OCSP_REFUSED"] });
    expect(await records()).toMatchObject([before]);
    time.now += 8 * DAY_MS;
    await revocations.renew({ fetch, trust });
    expect(await records()).toEqual([]);
  });

  test("asks nobody about a chain that was put there by somebody else", async () => {
    const { kv, revocations } = await openWith(recordOf("good", 0));
    const refused = await revocations.renew({ fetch: neverFetch, trust: { trusts: () => false } });
    expect(refused.problems).toEqual(["ROOT_UNTRUSTED"]);
    kv.values.set(`${CHAIN_KEYS}${"0".repeat(64)}`, "rubbish");
    const mixed = await revocations.renew({ fetch, trust });
    expect(mixed).toMatchObject({ chains: 2, asked: 2, problems: ["JWS_MALFORMED"] });
  });
});

const neverFetch: typeof fetch = () => Promise.reject(new Error("asked"));
