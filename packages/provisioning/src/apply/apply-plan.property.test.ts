import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hasChanges } from "../plan/plan.ts";
import { createBench, DAY_MS, desiredOf } from "../testing/provisioning-fixtures.ts";

/** Few texts, so that messages, locales and flows share them. */
const text = fc.constantFrom("One", "Two", "Three", "Four");
const image = fc.constantFrom(
  "",
  ", image: { file: classes.png, alt: A }",
  ", image: { file: mat.png, alt: A }",
);
const localeText = fc
  .tuple(text, image)
  .map(([header, more]) => `{ header: ${header}, body: B.${more} }`);

/** A flow of two messages; `keep` always has a text for en-US. */
const flow = fc
  .record({
    english: localeText,
    german: fc.option(localeText),
    other: localeText,
    locales: fc.subarray(["en-US", "de-DE", "ja"], { minLength: 1 }),
    products: fc.subarray(["yoga.monthly", "yoga.yearly"], { minLength: 1 }),
    message: fc.constantFrom("keep", "other"),
    url: fc.constantFrom("a", "b"),
  })
  .map(
    ({ english, german, other, locales, products, message, url }) => `version: 1
app: com.example.yoga
realtimeUrl: https://${url}.example.com/
messages:
  keep:
    defaultLocale: en-US
    locales:
      en-US: ${english}${german === null ? "" : `\n      de-DE: ${german}`}
  other: { defaultLocale: en-US, locales: { en-US: ${other} } }
rules: []
fallback: { message: keep }
defaults: [{ message: ${message}, products: [${products.join(", ")}], locales: [${locales.join(", ")}] }]
`,
  );

test("applyPlan() leaves nothing to do, whatever was applied before, and uploads nothing twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(flow, { minLength: 1, maxLength: 4 }), async (flows) => {
      const bench = createBench();
      for (const one of flows) {
        expect((await bench.apply(one)).outcome).toBe("complete");
        expect(hasChanges(await bench.plan(one))).toBe(false);
      }
      const uploads = bench.store.requests.filter((sent) => /^PUT (?:image|message) /.test(sent));
      expect(uploads.length).toBe(new Set(uploads).size);
    }),
    { numRuns: 50 },
  );
});

test("applyPlan() prunes exactly what the flow does not want once no window protects it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(flow, { minLength: 1, maxLength: 3 }), async (flows) => {
      const bench = createBench();
      for (const one of flows) await bench.apply(one);
      const last = flows.at(-1) ?? "";
      bench.now += 31 * DAY_MS;
      const result = await bench.apply(last, { prune: { rollbackWindowMs: 30 * DAY_MS } });
      expect(result.outcome).toBe("complete");
      const { images, messages, defaults } = desiredOf(last);
      expect([...bench.store.images.keys()].sort()).toEqual(identifiersOf(images));
      expect([...bench.store.messages.keys()].sort()).toEqual(identifiersOf(messages));
      expect(bench.store.defaults.size).toBe(defaults.length);
      expect(hasChanges(await bench.plan(last))).toBe(false);
    }),
    { numRuns: 50 },
  );
});

function identifiersOf(all: readonly { readonly identifier: string }[]): readonly string[] {
  return all.map(({ identifier }) => identifier).sort();
}
