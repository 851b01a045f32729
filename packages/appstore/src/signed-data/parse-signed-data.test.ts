import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSignedData } from "./parse-signed-data.ts";
import { fuzzRuns } from "./testing/fuzz-runs.ts";
import { createTestAppStore, testRealtimeRequest } from "./testing/index.ts";
import { resultOrCode, thrownBy } from "./testing/thrown-by.ts";

const store = await createTestAppStore();
const genuine = store.sign(testRealtimeRequest());
const [header = "", payload = "", signature = ""] = genuine.split(".");

function encode(text: string | Uint8Array): string {
  return Buffer.from(text).toString("base64url");
}

test("parseSignedData() takes a compact JWS apart", () => {
  expect(parseSignedData(genuine)).toEqual({
    header,
    payload: testRealtimeRequest(),
    signingInput: `${header}.${payload}`,
    signature: Uint8Array.from(Buffer.from(signature, "base64url")),
  });
});

test("parseSignedData() leaves the header unread", () => {
  expect(parseSignedData(`not-json.${payload}.${signature}`).header).toBe("not-json");
});

describe("parseSignedData() refuses", () => {
  const withPayload = (part: string): string => `${header}.${part}.${signature}`;
  test.each([
    ["nothing", ""],
    ["one part", header],
    ["two parts", `${header}.${payload}`],
    ["four parts", `${genuine}.${payload}`],
    ["five parts, as encrypted tokens have", `${genuine}..`],
    ["nothing but dots", ".."],
    ["no header", `.${payload}.${signature}`],
    ["no payload", `${header}..${signature}`],
    ["no signature", `${header}.${payload}.`],
    ["a signature of 63 bytes", `${header}.${payload}.${encode(new Uint8Array(63))}`],
    ["a signature of 65 bytes", `${header}.${payload}.${encode(new Uint8Array(65))}`],
    ["a signature in DER", `${header}.${payload}.${encode(new Uint8Array(71))}`],
    ["a signature with padding", `${genuine}==`],
    ["a payload with padding", withPayload(`${encode("{ }")}=`)],
    ["a payload in standard base64", withPayload("eyJhIjoiw/8ifQ+/")],
    ["a payload with unused bits that are set", withPayload("e31")],
    ["a line break at the end", `${genuine}\n`],
    ["a space in front of the payload", withPayload(` ${payload}`)],
    ["a payload that is no JSON", withPayload(encode("{"))],
    ["a payload that is an array", withPayload(encode("[]"))],
    ["a payload that is null", withPayload(encode("null"))],
    ["a payload that is a text", withPayload(encode('"{}"'))],
    [
      "a payload in broken UTF-8",
      withPayload(encode(Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d))),
    ],
    [
      "a payload with a surrogate half in UTF-8",
      withPayload(encode(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))),
    ],
    ["a payload in UTF-16", withPayload(encode(Buffer.from("{}", "utf16le")))],
  ])("%s", (_, compact) => {
    expect(thrownBy(() => parseSignedData(compact)).code).toBe("JWS_MALFORMED");
  });

  test("a payload with a byte order mark, or reads it: never anything else", () => {
    const marked = withPayload(encode("\uFEFF{}"));
    expect([{}, "JWS_MALFORMED"]).toContainEqual(
      resultOrCode(() => parseSignedData(marked).payload),
    );
  });

  test("a payload nested a million deep, or reads it: never runs out of stack", () => {
    const nested = withPayload(encode(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`));
    const outcome = resultOrCode(() => typeof parseSignedData(nested).payload);
    expect(["object", "JWS_MALFORMED"]).toContain(outcome);
  });
});

test.each([
  '{"originalTransactionId":"2000000123456789"',
  "2000000123456789x",
  '"2000000123456789',
])("parseSignedData() does not quote %s", (secret) => {
  const compact = `${header}.${encode(secret)}.${signature}`;
  const refusal = thrownBy(() => parseSignedData(compact));
  expect(inspect(refusal, { depth: 9 })).not.toContain("20000001");
});

test("parseSignedData() gives a payload no other prototype", () => {
  const polluted = encode('{"__proto__":{"environment":"Sandbox"}}');
  const data = parseSignedData(`${header}.${polluted}.${signature}`);
  expect(data.payload["environment"]).toBeUndefined();
});

test("parseSignedData() throws nothing but JWS_MALFORMED for any change of a genuine token", () => {
  const change = fc.record({
    at: fc.nat(genuine.length),
    remove: fc.nat(3),
    insert: fc.string({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(change, ({ at, remove, insert }) => {
      const changed = genuine.slice(0, at) + insert + genuine.slice(at + remove);
      const outcome = resultOrCode(() => parseSignedData(changed).signature.length);
      expect([64, "JWS_MALFORMED"]).toContain(outcome);
    }),
    { numRuns: fuzzRuns(500) },
  );
});
