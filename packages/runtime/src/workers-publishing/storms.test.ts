import type { CloudflareFault } from "@holdfast/emulator/cloudflare";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { startTestNamespace } from "./testing/test-namespace.ts";

const KEY = fc.constantFrom("a", "b", "c", "d");

const CHANGE = fc.oneof(
  fc.record({ kind: fc.constant("put"), keys: fc.array(KEY), value: fc.nat() }),
  fc.record({ kind: fc.constant("remove"), keys: fc.array(KEY), value: fc.nat() }),
);

const FAULT: fc.Arbitrary<CloudflareFault> = fc.constantFrom(
  { kind: "status", status: 500 },
  { kind: "status", status: 503, retryAfterSeconds: 1 },
  { kind: "status", status: 429, retryAfterSeconds: 7 },
  { kind: "status", status: 429 },
  { kind: "cut", when: "beforeEffect" },
  { kind: "cut", when: "midAnswer" },
  { kind: "unsuccessful", keys: 1 },
);

test("what was asked for last is what there is, however much goes wrong and at once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(CHANGE, { maxLength: 12 }),
      // One call is tried five times, so none fails for good.
      fc.array(FAULT, { maxLength: 4 }),
      async (changes, faults) => {
        const { client, cloudflare, namespaceId } = await startTestNamespace();
        for (const [index, fault] of faults.entries()) {
          // Each falls on the first call that is there when those before have had theirs.
          cloudflare.faults.add({ ...fault, skip: index });
        }
        const expected = new Map<string, string>();
        const done = changes.map(async ({ kind, keys, value }) => {
          const text = String(value);
          for (const key of keys) {
            if (kind === "put") expected.set(key, text);
            else expected.delete(key);
          }
          return kind === "put"
            ? client.put(keys.map((key) => ({ key, value: text })))
            : client.remove(keys);
        });
        await Promise.all(done);
        const found = cloudflare
          .keys(namespaceId)
          .map((key) => [key, cloudflare.value(namespaceId, key)]);
        expect(found).toEqual([...expected].toSorted(([a], [b]) => (a < b ? -1 : 1)));
        await cloudflare.close();
      },
    ),
    { numRuns: 60 },
  );
});
