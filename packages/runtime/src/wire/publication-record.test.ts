import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MUTATION_RUNS, mutationsOf } from "../testing/mutations.ts";
import { createTestPublisher } from "../testing/test-publisher.ts";
import type { TestPublisher } from "../testing/test-publisher.ts";
import { signPublicationRecord, verifyPublicationRecord } from "./publication-record.ts";
import { signRecord } from "./publisher.ts";
import type { SignedRecordType } from "./publisher.ts";
import { signStopList, stopsOf, verifyStopList } from "./stop-list.ts";
import { WireError } from "./wire-error.ts";

const PUBLICATION = {
  app: "yoga",
  environment: "sandbox",
  snapshot: "0f".repeat(32),
  label: "yoga_sandbox_2026_11_21_3",
  sequence: 3,
  publishedAt: 1_795_251_600_000,
} as const;
const STOP_LIST = {
  app: "yoga",
  environment: "production",
  sequence: 4,
  issuedAt: 1_795_251_600_000,
  appPaused: false,
  offersPaused: true,
  stoppedOffers: ["p.offer/OFFER"],
  rejectedMessages: ["00000000-0000-4000-8000-000000000001"],
} as const;

const publisher = await createTestPublisher();
const stranger = await createTestPublisher();

/** Both records that a publisher signs, for they are read alike. */
const RECORDS: readonly RecordCase[] = [
  {
    name: "publication record",
    type: "holdfast-publication+jws",
    otherType: "holdfast-stop-list+jws",
    payload: { format: "holdfast.publication/1", ...PUBLICATION },
    sign: (key) => signPublicationRecord(PUBLICATION, key),
    verify: (compact) => verifyPublicationRecord(compact, [publisher.publicKey]),
  },
  {
    name: "stop list",
    type: "holdfast-stop-list+jws",
    otherType: "holdfast-publication+jws",
    payload: { format: "holdfast.stop-list/1", ...STOP_LIST },
    sign: (key) => signStopList(STOP_LIST, key),
    verify: (compact) => verifyStopList(compact, [publisher.publicKey]),
  },
];

interface RecordCase {
  readonly name: string;
  readonly type: SignedRecordType;
  readonly otherType: SignedRecordType;
  readonly payload: object;
  readonly sign: (key: TestPublisher) => Promise<string>;
  readonly verify: (compact: string) => Promise<object>;
}

/** Replaces one part of a compact JWS by other JSON. */
function withPart(compact: string, index: 0 | 1, change: object): string {
  const parts = compact.split(".");
  const value = JSON.parse(Buffer.from(parts[index] ?? "", "base64url").toString()) as object;
  parts[index] = Buffer.from(JSON.stringify({ ...value, ...change })).toString("base64url");
  return parts.join(".");
}

/** Signs with the publisher's key under any header. */
async function signWithHeader(header: object, payload: object): Promise<string> {
  const input = [{ kid: publisher.keyId, ...header }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = await publisher.key.sign(new TextEncoder().encode(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

describe.each(RECORDS)("verifying a $name", ({ type, otherType, payload, sign, verify }) => {
  test("returns what was signed", async () => {
    expect(await verify(await sign(publisher))).toEqual(payload);
  });

  test("leaves out fields that a newer release added", async () => {
    const compact = await signRecord(type, { ...payload, later: { x: 1 } }, publisher);
    expect(await verify(compact)).toEqual(payload);
  });

  test.each([
    ["signed by another publisher", async () => sign(stranger)],
    [
      "signed by another who claims the publisher's id",
      async () => sign({ ...stranger, keyId: publisher.keyId }),
    ],
    ["of another type", async () => signRecord(otherType, payload, publisher)],
    ["with its type swapped", async () => withPart(await sign(publisher), 0, { typ: otherType })],
    [
      "with alg none, signed all the same",
      () => signWithHeader({ typ: type, alg: "none" }, payload),
    ],
    [
      "with alg HS256, signed all the same",
      () => signWithHeader({ typ: type, alg: "HS256" }, payload),
    ],
    ["without alg, signed all the same", () => signWithHeader({ typ: type }, payload)],
    ["without a type, signed all the same", () => signWithHeader({ alg: "ES256" }, payload)],
    ["with alg none", async () => withPart(await sign(publisher), 0, { alg: "none" })],
    [
      "with alg none and no signature",
      async () => withPart(await sign(publisher), 0, { alg: "none" }).replace(/[^.]*$/, ""),
    ],
    ["with alg HS256", async () => withPart(await sign(publisher), 0, { alg: "HS256" })],
    ["with no key id", async () => withPart(await sign(publisher), 0, { kid: null })],
    ["with another sequence", async () => withPart(await sign(publisher), 1, { sequence: 99 })],
    ["without a signature", async () => (await sign(publisher)).replace(/[^.]*$/, "")],
    ["with a signature of zeros", async () => `${await unsigned(sign)}.${"A".repeat(86)}`],
    ["with a cut signature", async () => (await sign(publisher)).slice(0, -2)],
  ])("refuses one %s", async (_, make) => {
    await expect(verify(await make())).rejects.toMatchObject({ code: "WIRE_SIGNATURE_INVALID" });
  });

  test.each([
    ["no text at all", ""],
    ["one part", "e30"],
    ["two parts", "e30.e30"],
    ["four parts", "e30.e30.e30.e30"],
    ["bad base64url in its header", "e3=.e30.e30"],
    ["a header that is no JSON", "AAAA.e30.e30"],
    ["a header that is an array", "W10.e30.e30"],
    ["a header that is no UTF-8", "_w.e30.e30"],
  ])("refuses %s", async (_, compact) => {
    await expect(verify(compact)).rejects.toMatchObject({ code: "WIRE_MALFORMED" });
  });

  test.each([
    ["another version", { format: `${formatOf(payload)}1` }, "WIRE_FORMAT_UNKNOWN"],
    ["no format", { format: undefined }, "WIRE_FORMAT_UNKNOWN"],
    ["no app", { app: undefined }, "WIRE_MALFORMED"],
    ["an app that is a number", { app: 1 }, "WIRE_MALFORMED"],
    ["an environment that is none", { environment: "Sandbox" }, "WIRE_MALFORMED"],
    ["a sequence that is a text", { sequence: "3" }, "WIRE_MALFORMED"],
    ["a negative sequence", { sequence: -1 }, "WIRE_MALFORMED"],
    ["a sequence with a fraction", { sequence: 1.5 }, "WIRE_MALFORMED"],
    ["a sequence beyond exact numbers", { sequence: 2 ** 53 }, "WIRE_MALFORMED"],
  ])("refuses one with %s", async (_, change, code) => {
    const compact = await signRecord(type, { ...payload, ...change }, publisher);
    await expect(verify(compact)).rejects.toMatchObject({ code });
  });

  test("accepts nothing that differs in one character, and throws nothing but WireError", async () => {
    const compact = await sign(publisher);
    await fc.assert(
      fc.asyncProperty(mutationsOf(compact), async (mutated) => {
        await expect(verify(mutated)).rejects.toBeInstanceOf(WireError);
      }),
      { numRuns: MUTATION_RUNS },
    );
  });
});

function formatOf(payload: object): string {
  return "format" in payload ? String(payload.format) : "";
}

async function unsigned(sign: (key: TestPublisher) => Promise<string>): Promise<string> {
  return (await sign(publisher)).split(".").slice(0, 2).join(".");
}

describe("verifyStopList()", () => {
  test.each([
    ["offers that are no array", { stoppedOffers: "p/O" }],
    ["an offer that is a number", { stoppedOffers: [1] }],
    ["messages that are an object", { rejectedMessages: {} }],
    ["a pause that is a text", { appPaused: "false" }],
    ["no offersPaused", { offersPaused: undefined }],
  ])("refuses %s", async (_, change) => {
    const list = { format: "holdfast.stop-list/1", ...STOP_LIST, ...change };
    const compact = await signRecord("holdfast-stop-list+jws", list, publisher);
    await expect(verifyStopList(compact, [publisher.publicKey])).rejects.toMatchObject({
      code: "WIRE_MALFORMED",
    });
  });
});

describe("stopsOf()", () => {
  test("stops nothing where there is no list", () => {
    expect(stopsOf(undefined)).toMatchObject({
      sequence: 0,
      appPaused: false,
      offersPaused: false,
    });
  });

  test("takes over what the list says", () => {
    const stops = stopsOf({ format: "holdfast.stop-list/1", ...STOP_LIST });
    expect(stops).toMatchObject({ sequence: 4, appPaused: false, offersPaused: true });
    expect([...stops.stoppedOffers]).toEqual(STOP_LIST.stoppedOffers);
    expect([...stops.rejectedMessages]).toEqual(STOP_LIST.rejectedMessages);
  });
});
