import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDerReader, TAG } from "./der.ts";
import { readObjectIdentifier } from "./object-identifier.ts";
import { fuzzRuns } from "./testing/fuzz-runs.ts";
import { resultOrCode, thrownBy } from "./testing/thrown-by.ts";
import { hex, writeDer } from "./testing/write-der.ts";

test("createDerReader() reads elements one after the other, and what is inside", () => {
  const reader = createDerReader(hex("3003 020105 0500"));
  const inside = reader.enter(TAG.sequence);
  expect(inside.peekTag()).toBe(TAG.integer);
  expect(inside.readInteger()).toEqual(hex("05"));
  expect(inside.atEnd()).toBe(true);
  expect(reader.read(TAG.null).raw).toEqual(hex("0500"));
  expect(reader.peekTag()).toBeUndefined();
  expect(() => reader.end()).not.toThrow();
});

test.each([0x7f, 0x80, 0xff, 0x100, 0xffff])(
  "createDerReader() reads %i bytes of content",
  (length) => {
    const element = writeDer(0x04, new Uint8Array(length));
    expect(createDerReader(element).read(TAG.octetString).content).toHaveLength(length);
  },
);

describe("createDerReader() refuses", () => {
  test.each([
    ["nothing", ""],
    ["a tag without a length", "30"],
    ["a length without its bytes", "3081"],
    ["content that is cut short", "0402 00"],
    ["an indefinite length", "3080 0000"],
    ["a length that needs no extra byte", "0481 01 00"],
    ["a length with a leading zero", `0482 0080 ${"00".repeat(0x80)}`],
    ["a length of four bytes", "0484 00000001 00"],
    ["a length of 127 bytes", `04ff ${"00".repeat(127)}`],
    ["a length beyond any memory", "0483 ffffff 00"],
    ["a tag of more than one byte", "1f81 00 00"],
  ])("%s", (_, text) => {
    expect(thrownBy(() => createDerReader(hex(text)).read()).code).toBe("CERTIFICATE_MALFORMED");
  });

  test("another tag than the one asked for", () => {
    const reader = createDerReader(hex("0500"));
    expect(thrownBy(() => reader.read(TAG.integer)).code).toBe("CERTIFICATE_MALFORMED");
  });

  test("bytes that were not read", () => {
    const reader = createDerReader(hex("0500 00"));
    reader.read();
    expect(thrownBy(() => reader.end()).code).toBe("CERTIFICATE_MALFORMED");
  });

  test.each([
    ["without digits", "0200"],
    ["with a zero too many", "0202 007f"],
    ["negative, with a byte too many", "0202 ff80"],
  ])("an integer %s", (_, text) => {
    const reader = createDerReader(hex(text));
    expect(thrownBy(() => reader.readInteger()).code).toBe("CERTIFICATE_MALFORMED");
  });
});

test.each(["020100", "02017f", "02020080", "020180", "0202ff7f"])(
  "createDerReader() reads the integer %s",
  (text) => {
    expect(createDerReader(hex(text)).readInteger()).toEqual(hex(text.slice(4)));
  },
);

describe("readObjectIdentifier()", () => {
  test.each([
    ["0603 551d13", "2.5.29.19"],
    ["060a 2a864886f76364060b01", "1.2.840.113635.100.6.11.1"],
    ["0601 00", "0.0"],
    ["0601 27", "0.39"],
    ["0601 28", "1.0"],
    ["0602 8837", "2.999"],
  ])("reads %s as %s", (text, dotted) => {
    expect(readObjectIdentifier(createDerReader(hex(text)))).toBe(dotted);
  });

  test.each([
    ["nothing", "0600"],
    ["a number with leading zeros", "0603 558013"],
    ["a number that is cut short", "0603 551d93"],
    ["a number beyond 32 bits", "0606 559fffffff7f"],
    ["another tag", "0403 551d13"],
  ])("refuses %s", (_, text) => {
    const { code } = thrownBy(() => readObjectIdentifier(createDerReader(hex(text))));
    expect(code).toBe("CERTIFICATE_MALFORMED");
  });
});

test("createDerReader() reads any bytes or refuses them, and its elements are the bytes it read", () => {
  const soup = fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(soup, (bytes) => {
      const outcome = resultOrCode(() => {
        const { raw, content } = createDerReader(bytes).read();
        return (
          bytes.subarray(0, raw.length).join() === raw.join() && raw.join().endsWith(content.join())
        );
      });
      expect([true, "CERTIFICATE_MALFORMED"]).toContain(outcome);
    }),
    { numRuns: fuzzRuns(500) },
  );
});
