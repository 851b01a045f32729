import type { Snapshot, SnapshotMessage } from "@holdfast/flow/snapshot";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withApprovedTexts } from "./approved-texts.ts";

const locales = fc.dictionary(fc.constantFrom("en-US", "de-DE", "fr-FR", "__proto__"), fc.uuid());
const messages = fc.dictionary(
  fc.constantFrom("stay", "offer", "constructor"),
  fc.record({ defaultLocale: fc.constant("en-US"), locales }),
);

function snapshotWith(of: Readonly<Record<string, SnapshotMessage>>): Snapshot {
  return {
    format: "holdfast.snapshot/1",
    app: "com.example.yoga",
    environment: "sandbox",
    hashVersion: 1,
    attributes: {},
    products: {},
    messages: of,
    rollouts: {},
    rules: [],
    fallback: { kind: "message", message: "stay" },
  };
}

test("withApprovedTexts() adds texts and changes nothing that is there", () => {
  fc.assert(
    fc.property(messages, messages, (before, approved) => {
      const snapshot = snapshotWith(before);
      const after = withApprovedTexts(snapshot, approved);
      if (after === undefined) return;
      expect({ ...after, messages: {} }).toEqual({ ...snapshot, messages: {} });
      expect(Object.keys(after.messages)).toEqual(Object.keys(before));
      for (const [name, message] of Object.entries(before)) {
        expect(after.messages[name]).toMatchObject(message);
      }
      expect(JSON.stringify(after)).not.toBe(JSON.stringify(snapshot));
      expect(withApprovedTexts(after, approved)).toBeUndefined();
    }),
  );
});

test("withApprovedTexts() adds every approved text of a message that is there", () => {
  const before = { stay: { defaultLocale: "en-US", locales: { "en-US": "1" } } };
  const approved = {
    stay: { defaultLocale: "en-US", locales: { "en-US": "other", "de-DE": "2" } },
    new: { defaultLocale: "en-US", locales: { "en-US": "3" } },
  };
  expect(withApprovedTexts(snapshotWith(before), approved)?.messages).toEqual({
    stay: { defaultLocale: "en-US", locales: { "en-US": "1", "de-DE": "2" } },
  });
  expect(withApprovedTexts(snapshotWith(before), before)).toBeUndefined();
});
