import type { ChainHashes } from "@holdfast/appstore/signed-data";
import { describe, expect, test } from "vitest";
import { webCryptography } from "../ports/web-cryptography.ts";
import { writeRevocationList } from "../wire/revocation-list.ts";
import type { RevocationRecord } from "../wire/revocation-record.ts";
import { createHeldRevocations } from "./held-revocations.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21);
const CHAIN: ChainHashes = { leafSha256: "a".repeat(64), intermediateSha256: "b".repeat(64) };
const key = await webCryptography.importHmacKey(new Uint8Array(32).fill(1));
const otherKey = await webCryptography.importHmacKey(new Uint8Array(32).fill(2));

type Said = Pick<RevocationRecord, "status" | "nextUpdate">;

function listOf(said: Partial<Said> = {}, under = key): Promise<string> {
  const { status = "good", nextUpdate = NOW + DAY_MS } = said;
  const { leafSha256: leaf, intermediateSha256: intermediate } = CHAIN;
  return writeRevocationList([{ leaf, intermediate, status, nextUpdate }], under);
}

function hold(now = NOW) {
  const seen: string[] = [];
  const held = createHeldRevocations({ key, now: () => now, onStatus: (said) => seen.push(said) });
  return { held, seen };
}

describe("createHeldRevocations()", () => {
  test("knows nothing of a chain without a record", async () => {
    const { held, seen } = hold();
    await held.install(await listOf());
    expect(held.lookup({ ...CHAIN, leafSha256: "c".repeat(64) })).toBe("unknown");
    expect(held.lookup({ ...CHAIN, intermediateSha256: "c".repeat(64) })).toBe("unknown");
    expect(seen).toEqual(["unknown", "unknown"]);
  });

  test.each([
    ["good", DAY_MS, "good"],
    ["good", -1, "stale"],
    ["unknown", DAY_MS, "unknown"],
    ["revoked", -DAY_MS, "revoked"],
  ] as const)("says of a record %s for another %i ms: %s", async (status, restMs, expected) => {
    const { held } = hold();
    await held.install(await listOf({ status, nextUpdate: NOW + restMs }));
    expect(held.lookup(CHAIN)).toBe(expected);
  });

  test.each<[string, Partial<Said>[], string]>([
    ["an older one", [{ nextUpdate: NOW + DAY_MS }, { nextUpdate: NOW - 1 }], "good"],
    ["good after revoked", [{ status: "revoked", nextUpdate: 0 }, {}], "revoked"],
    ["revoked after good", [{}, { status: "revoked", nextUpdate: 0 }], "revoked"],
    ["good after unknown", [{ status: "unknown" }, { nextUpdate: NOW + 2 * DAY_MS }], "good"],
    ["stale after nothing", [{ nextUpdate: NOW - 1 }], "stale"],
    ["one of a month ago", [{ nextUpdate: NOW - 30 * DAY_MS }], "unknown"],
  ])("given %s", async (_, lists, expected) => {
    const { held } = hold();
    for (const said of lists) await held.install(await listOf(said));
    expect(held.lookup(CHAIN)).toBe(expected);
  });

  test("keeps what it knows when a list is empty or under another secret", async () => {
    const { held } = hold();
    await held.install(await listOf({ status: "revoked" }));
    await held.install("");
    await held.install(await listOf({}, otherKey));
    expect(held.lookup(CHAIN)).toBe("revoked");
  });

  test("warns of a revoked chain, and of records that cannot be read", async () => {
    const { held } = hold();
    await held.install(await listOf());
    expect(held.warning()).toBeUndefined();
    await held.install(await listOf({}, otherKey));
    expect(held.warning()).toContain("another runtime secret");
    await held.install(await listOf({ status: "revoked" }));
    expect(held.warning()).toContain("revoked a certificate");
  });
});
