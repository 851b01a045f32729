import { expect, test } from "vitest";
import { encodeHex } from "./hex.ts";

test("encodeHex() writes two lowercase digits a byte", () => {
  expect(encodeHex(Uint8Array.of(0x00, 0x0f, 0xa0, 0xff))).toBe("000fa0ff");
  expect(encodeHex(new Uint8Array())).toBe("");
});
