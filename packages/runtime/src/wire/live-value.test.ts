import { describe, expect, test } from "vitest";
import { parseLiveValue } from "./live-value.ts";

const LIVE = {
  format: "holdfast.live/1",
  publication: "a.b.c",
  snapshot: { format: "x" },
  signingKey: "1.K.x",
  pseudonymKey: "1.1.x",
};

describe("parseLiveValue()", () => {
  test("returns the known fields and leaves later ones out", () => {
    expect(parseLiveValue({ ...LIVE, later: 1 })).toEqual(LIVE);
  });

  test("needs no signing key", () => {
    const { signingKey: _, ...keyless } = LIVE;
    expect(parseLiveValue(keyless)).toEqual(keyless);
  });

  test.each([
    ["nothing", undefined, "WIRE_MALFORMED"],
    ["null", null, "WIRE_MALFORMED"],
    ["an array", [LIVE], "WIRE_MALFORMED"],
    ["a text", JSON.stringify(LIVE), "WIRE_MALFORMED"],
    ["an empty object", {}, "WIRE_FORMAT_UNKNOWN"],
    ["another version", { ...LIVE, format: "holdfast.live/2" }, "WIRE_FORMAT_UNKNOWN"],
    ["a format that is a number", { ...LIVE, format: 1 }, "WIRE_FORMAT_UNKNOWN"],
    ["no publication", { ...LIVE, publication: undefined }, "WIRE_MALFORMED"],
    ["a snapshot that is an array", { ...LIVE, snapshot: [] }, "WIRE_MALFORMED"],
    ["a snapshot that is null", { ...LIVE, snapshot: null }, "WIRE_MALFORMED"],
    ["a signing key that is null", { ...LIVE, signingKey: null }, "WIRE_MALFORMED"],
    ["a pseudonym key that is a number", { ...LIVE, pseudonymKey: 1 }, "WIRE_MALFORMED"],
    [
      "inherited fields",
      Object.assign(Object.create(LIVE) as object, { format: LIVE.format }),
      "WIRE_MALFORMED",
    ],
  ])("refuses %s", (_, value, code) => {
    expect(() => parseLiveValue(value)).toThrow(expect.objectContaining({ code }));
  });
});
