import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cryptography, HmacKey } from "../ports/cryptography.ts";
import { nodeCryptography } from "../node/node-cryptography.ts";
import { CRYPTOGRAPHY_PAIRS } from "../testing/cryptographies.ts";
import { MUTATION_RUNS, mutationsOf } from "../testing/mutations.ts";
import {
  authenticateRevocationRecord,
  readRevocationRecord,
  revocationStatusAt,
} from "./revocation-record.ts";
import type { RevocationRecord } from "./revocation-record.ts";
import { WireError } from "./wire-error.ts";

const RECORD: RevocationRecord = {
  format: "holdfast.revocation/1",
  leaf: "aa".repeat(32),
  intermediate: "bb".repeat(32),
  status: "good",
  nextUpdate: 1_795_251_600_000,
};

function keyOf(cryptography: Cryptography, secret = 9): Promise<HmacKey> {
  return cryptography.importHmacKey(new Uint8Array(32).fill(secret));
}

const key = await keyOf(nodeCryptography);

/** Authenticates any payload as a record. */
async function authenticated(payload: unknown): Promise<string> {
  const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
  return `${body}.${Buffer.from(await key.mac(Buffer.from(body))).toString("base64url")}`;
}

test.each(CRYPTOGRAPHY_PAIRS)(
  "readRevocationRecord() returns what was written on %s, on %s",
  async (_, writing, __, reading) => {
    const text = await authenticateRevocationRecord(RECORD, await keyOf(writing));
    expect(await readRevocationRecord(text, await keyOf(reading))).toEqual(RECORD);
  },
);

describe("readRevocationRecord()", () => {
  test("leaves out fields that a newer release added", async () => {
    const text = await authenticated({ ...RECORD, later: 1 });
    expect(await readRevocationRecord(text, key)).toEqual(RECORD);
  });

  test("refuses a record under another key", async () => {
    const text = await authenticateRevocationRecord(RECORD, await keyOf(nodeCryptography, 8));
    await expect(readRevocationRecord(text, key)).rejects.toMatchObject({
      code: "WIRE_SIGNATURE_INVALID",
    });
  });

  test.each([
    ["no text", "", "WIRE_MALFORMED"],
    ["one part", "e30", "WIRE_MALFORMED"],
    ["three parts", "e30.e30.e30", "WIRE_MALFORMED"],
    ["an empty code", "e30.", "WIRE_SIGNATURE_INVALID"],
    ["a wrong code", `e30.${"A".repeat(43)}`, "WIRE_SIGNATURE_INVALID"],
  ])("refuses %s", async (_, text, code) => {
    await expect(readRevocationRecord(text, key)).rejects.toMatchObject({ code });
  });

  test.each([
    ["a list", [], "WIRE_MALFORMED"],
    ["another version", { ...RECORD, format: "holdfast.revocation/2" }, "WIRE_FORMAT_UNKNOWN"],
    ["an unknown status", { ...RECORD, status: "fine" }, "WIRE_MALFORMED"],
    ["no leaf", { ...RECORD, leaf: undefined }, "WIRE_MALFORMED"],
    ["a date that is a text", { ...RECORD, nextUpdate: "tomorrow" }, "WIRE_MALFORMED"],
  ])("refuses %s under a good code", async (_, payload, code) => {
    await expect(readRevocationRecord(await authenticated(payload), key)).rejects.toMatchObject({
      code,
    });
  });

  test("accepts nothing that differs in one character, and throws nothing but WireError", async () => {
    const text = await authenticateRevocationRecord(RECORD, key);
    await fc.assert(
      fc.asyncProperty(mutationsOf(text), async (mutated) => {
        await expect(readRevocationRecord(mutated, key)).rejects.toBeInstanceOf(WireError);
      }),
      { numRuns: MUTATION_RUNS },
    );
  });
});

test.each([
  ["good", -1, "good"],
  ["good", 0, "good"],
  ["good", 1, "stale"],
  ["unknown", 0, "unknown"],
  ["unknown", 1, "stale"],
  ["revoked", 0, "revoked"],
  ["revoked", 1, "revoked"],
  ["revoked", 1e12, "revoked"],
] as const)(
  "revocationStatusAt() of %s, %i ms after its nextUpdate, is %s",
  (status, after, expected) => {
    const record = { ...RECORD, status };
    expect(revocationStatusAt(record, RECORD.nextUpdate + after)).toBe(expected);
  },
);
