import { describe, expect, test } from "vitest";
import { webCryptography } from "../ports/web-cryptography.ts";
import {
  MAX_REVOCATION_RECORDS,
  readRevocationList,
  writeRevocationList,
} from "./revocation-list.ts";
import type { RevocationRecord } from "./revocation-record.ts";

const key = await webCryptography.importHmacKey(new Uint8Array(32).fill(1));
const otherKey = await webCryptography.importHmacKey(new Uint8Array(32).fill(2));

function record(name: string, overrides: Partial<RevocationRecord> = {}): RevocationRecord {
  return {
    format: "holdfast.revocation/1",
    leaf: name.repeat(64),
    intermediate: "b".repeat(64),
    status: "good",
    nextUpdate: 1000,
    ...overrides,
  };
}

describe("readRevocationList()", () => {
  test("returns what was written, revoked ones first", async () => {
    const records = [record("1"), record("2", { nextUpdate: 2000 }), record("3", REVOKED)];
    const read = await readRevocationList(await writeRevocationList(records, key), key);
    expect(read).toEqual({ records: [records[2], records[1], records[0]], unreadable: 0 });
  });

  test("returns nothing of nothing", async () => {
    expect(await writeRevocationList([], key)).toBe("");
    expect(await readRevocationList("", key)).toEqual({ records: [], unreadable: 0 });
  });

  test("counts a line it cannot read and returns the others", async () => {
    const genuine = await writeRevocationList([record("1")], key);
    const foreign = await writeRevocationList([record("2")], otherKey);
    const read = await readRevocationList(`${foreign}\nrubbish\n${genuine}`, key);
    expect(read).toEqual({ records: [record("1")], unreadable: 2 });
  });

  test("reads no more than there can be", async () => {
    const text = Array.from({ length: MAX_REVOCATION_RECORDS + 1 }, () => "rubbish").join("\n");
    expect(await readRevocationList(text, key)).toEqual({
      records: [],
      unreadable: MAX_REVOCATION_RECORDS,
    });
  });
});

test("writeRevocationList() leaves out the oldest where there are too many, and never a revoked one", async () => {
  const many = Array.from({ length: MAX_REVOCATION_RECORDS + 1 }, (_, index) =>
    record("1", { leaf: index.toString(16).padStart(64, "0"), nextUpdate: 1000 + index }),
  );
  const revoked = record("f", { status: "revoked", nextUpdate: 0 });
  const { records } = await readRevocationList(
    await writeRevocationList([...many, revoked], key),
    key,
  );
  expect(records).toHaveLength(MAX_REVOCATION_RECORDS);
  expect(records[0]).toEqual(revoked);
  expect(records.map(({ nextUpdate }) => nextUpdate)).not.toContain(1000);
});

const REVOKED = { status: "revoked", nextUpdate: 0 } as const;
