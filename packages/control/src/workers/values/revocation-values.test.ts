import { REVOCATIONS_KEY, readRevocationList, writeRevocationList } from "@holdfast/runtime/wire";
import { describe, expect, test } from "vitest";
import { keepChain, noteAnswer } from "../../revocations/revocation-chains.ts";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import { openTestWorkers } from "../testing/test-workers.ts";
import type { TestWorkers } from "../testing/test-workers.ts";

const NOW = Date.now();
const DAY_MS = 86_400_000;
const OURS = { leafSha256: "a".repeat(64), intermediateSha256: "b".repeat(64) };
const THEIRS = { leaf: "c".repeat(64), intermediate: "b".repeat(64) } as const;

/** Writes down what a responder said of the one chain. */
async function say({ means }: TestWorkers, status: "good" | "revoked", now = NOW): Promise<void> {
  const chain = { leaf: "AA==", intermediate: "AA==", root: "AA==" };
  await keepChain(means.database, OURS, { chain, now });
  const said = { status, nextUpdate: now + DAY_MS };
  await noteAnswer(means.database, OURS, { said, now, nextAt: now + DAY_MS });
}

/** What is in the namespace. */
async function written({ cloudflare, namespaceId, means }: TestWorkers) {
  const text = cloudflare.value(namespaceId, REVOCATIONS_KEY) ?? "";
  const { records } = await readRevocationList(text, means.runtimeKeys.revocationRecords);
  return records.map(({ leaf, status }) => `${leaf.charAt(0)} ${status}`);
}

describe.each(await engines())("on $name", (engine) => {
  async function openConnected(): Promise<TestWorkers> {
    const workers = await openTestWorkers(await openTestDatabase(engine));
    await workers.connect();
    return workers;
  }

  test("revocation records are written when something is known, and only when it changed", async () => {
    const workers = await openConnected();
    await workers.tend();
    expect(workers.keys()).toEqual([]);
    await say(workers, "good");
    await workers.tend();
    expect(await written(workers)).toEqual(["a good"]);
    const writes = workers.writes();
    await workers.tend();
    expect(workers.writes()).toBe(writes);
    await say(workers, "revoked", NOW + 1);
    await workers.tend();
    expect(await written(workers)).toEqual(["a revoked"]);
  });

  test("a chain revoked by a slow clock is written after what a fast one said", async () => {
    const workers = await openConnected();
    await say(workers, "good", NOW + 600_000);
    await workers.tend();
    await say(workers, "revoked", NOW);
    await workers.tend();
    expect(await written(workers)).toEqual(["a revoked"]);
  });

  test("what Workers found out by themselves stays beside them", async () => {
    const workers = await openConnected();
    const { cloudflare, namespaceId, means } = workers;
    const found = { ...THEIRS, status: "revoked", nextUpdate: 0 } as const;
    const text = await writeRevocationList([found], means.runtimeKeys.revocationRecords);
    const { accountId, apiToken, apiUrl } = cloudflare;
    const path = `accounts/${accountId}/storage/kv/namespaces/${namespaceId}/values/${REVOCATIONS_KEY}`;
    const headers = { Authorization: `Bearer ${apiToken}` };
    await fetch(`${apiUrl}/${path}`, { method: "PUT", headers, body: text });
    await say(workers, "good");
    await workers.tend();
    expect(await written(workers)).toEqual(["c revoked", "a good"]);
  });
});
