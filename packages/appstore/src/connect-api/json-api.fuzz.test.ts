import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzRuns } from "../signed-data/testing/fuzz-runs.ts";
import { resultOrCode } from "../signed-data/testing/thrown-by.ts";
import { parseLinkage, parsePage } from "./json-api.ts";
import { newestVersions } from "./newest-versions.ts";
import { parseNextLink } from "./next-page.ts";
import { parseRetentionOffer, parseRetentionText } from "./parse-retention.ts";

const OPERATION = "List Things";

const id = fc.oneof(fc.string(), fc.jsonValue());
const resource = fc.record(
  {
    type: fc.constantFrom("a", "b"),
    id,
    attributes: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
    relationships: fc.oneof(
      fc.record({
        to: fc.oneof(
          fc.record({ data: fc.record({ type: fc.constant("b"), id }) }),
          fc.jsonValue(),
        ),
      }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
);
const document = fc.record(
  {
    data: fc.oneof(fc.array(resource), fc.jsonValue()),
    included: fc.oneof(fc.array(resource), fc.jsonValue()),
    links: fc.oneof(fc.record({ next: fc.oneof(fc.string(), fc.jsonValue()) }), fc.jsonValue()),
  },
  { requiredKeys: [] },
);

test("parsePage() reads a document or refuses it, whatever it is", () => {
  fc.assert(
    fc.property(fc.oneof(document, fc.jsonValue()), (body) => {
      const page = resultOrCode(() =>
        parsePage(body, { operation: OPERATION, types: { n: "number" } }),
      );
      const { resources } = typeof page === "string" ? { resources: [] } : page;
      expect(typeof page === "string" ? page : "a page").toMatch(
        /^(?:a page|APPLE_ANSWER_MALFORMED)$/,
      );
      expect(resources.every(({ record }) => record.id !== "")).toBe(true);
      const related = resources.map((found) => found.related("to")?.id ?? "");
      expect(related.every((relatedId) => typeof relatedId === "string")).toBe(true);
    }),
    { numRuns: fuzzRuns(1000) },
  );
});

test("parseLinkage() reads an id, tells that there is none, or refuses", () => {
  const linkage = fc.record({ data: fc.oneof(resource, fc.jsonValue()) });
  fc.assert(
    fc.property(fc.oneof(linkage, fc.jsonValue()), (body) => {
      const found = resultOrCode(() => parseLinkage(body, OPERATION));
      expect(found).not.toBe("");
      expect(found === null || typeof found === "string").toBe(true);
    }),
    { numRuns: fuzzRuns(1000) },
  );
});

function isPlain(value: unknown): boolean {
  return ["string", "number", "undefined"].includes(typeof value);
}

test("what is read of retention messages is a text, a number or nothing, whatever Apple sends", () => {
  const names = ["locale", "header", "version", "state", "offerId", "duration", "periodCount"];
  const attributes = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
  fc.assert(
    fc.property(attributes, (given) => {
      const record = { ...given, id: "1" };
      for (const read of [
        parseRetentionOffer(record),
        ...parseRetentionText(record),
        ...newestVersions([record, record]),
      ]) {
        expect(Object.values(read).every(isPlain)).toBe(true);
      }
    }),
    { numRuns: fuzzRuns(1000) },
  );
});

test("parseNextLink() leads below the base URL or nowhere", () => {
  const base = "https://connect.example/api";
  const piece = fc.oneof(
    fc.webUrl(),
    fc.string({ maxLength: 8 }),
    fc.constantFrom("..", "%2e%2e", "/", "\\", "//", "@", "https:", base, "connect.example"),
  );
  const link = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(
      fc.oneof(
        link,
        link.map((rest) => base + rest),
      ),
      (text) => {
        const place = resultOrCode(() =>
          parseNextLink(text, { baseUrl: base, operation: OPERATION }),
        );
        const url = URL.canParse(text, `${base}/`) ? new URL(text, `${base}/`) : undefined;
        const isBelow = `${url?.origin ?? ""}${url?.pathname ?? ""}`.startsWith(`${base}/`);
        expect(typeof place === "string" ? place : "below").toBe(
          isBelow ? "below" : "APPLE_ANSWER_MALFORMED",
        );
      },
    ),
    { numRuns: fuzzRuns(1000) },
  );
});
