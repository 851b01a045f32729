import { parseCatalog } from "../catalog/index.ts";
import type { Catalog } from "../catalog/index.ts";
import { compileFlow } from "../compile/index.ts";
import type { CompileOptions } from "../compile/index.ts";
import { parseFlow } from "../document/index.ts";
import type { FlowDocument } from "../document/index.ts";
import { prepareSnapshot } from "../snapshot/index.ts";
import type { PreparedSnapshot, Snapshot } from "../snapshot/index.ts";
import type { Subject, SubscriberState } from "../evaluate/index.ts";

/** A catalog of three yoga products in two groups. */
export const YOGA_CATALOG: Catalog = parseCatalog({
  bundleId: "com.example.yoga",
  appAppleId: 6745974592,
  products: [
    {
      productId: "yoga.monthly",
      subscriptionGroup: "yoga",
      level: 2,
      period: "P1M",
      promotionalOffers: [{ offerIdentifier: "YOGA_HALF" }],
    },
    {
      productId: "yoga.yearly",
      subscriptionGroup: "yoga",
      level: 1,
      period: "P1Y",
      promotionalOffers: [{ offerIdentifier: "YOGA_3M_FREE" }, { offerIdentifier: "Y3" }],
    },
    { productId: "yoga.family", subscriptionGroup: "family", level: 1, period: "P1Y" },
  ],
});

/** The top of a small valid flow: two messages, `keep` and `plain`, and a fallback. */
export const HEAD = `version: 1
app: com.example.yoga
attributes: { plan_usage: number, cohort: string, joined: date, vip: boolean, tags: strings }
messages:
  keep: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please stay. }, de-DE: { header: Bleib, body: Bitte bleib. } } }
  plain: { defaultLocale: en-US, locales: { en-US: { header: An offer, body: For you. } } }
fallback: { message: keep }
`;

/** Returns a document; the test fails when the text is none. */
export function readFlow(text: string): FlowDocument {
  const parsed = parseFlow(text);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("; "));
  return parsed.document;
}

/** Compiles the rest of a flow below {@link HEAD} for production. */
export function compileText(text: string, options: Partial<CompileOptions> = {}): Snapshot {
  const document = readFlow(HEAD + text);
  return compileFlow(document, { environment: "production", catalog: YOGA_CATALOG, ...options });
}

/** As {@link compileText}, prepared for evaluation. */
export function prepareText(text: string, options: Partial<CompileOptions> = {}): PreparedSnapshot {
  return prepareSnapshot(compileText(text, options));
}

/** 2026-12-24T10:00:00Z, a Thursday. */
export const CHRISTMAS = Date.UTC(2026, 11, 24, 10);

/** A subject of which nothing is stored. */
export function subjectWith(changes: Partial<Subject> = {}): Subject {
  return {
    originalTransactionId: "2000000123456789",
    appAppleId: 6745974592,
    productId: "yoga.monthly",
    userLocale: "en-US",
    environment: "production",
    requestedAt: CHRISTMAS,
    subscriber: { status: "notFound" },
    ...changes,
  };
}

/** A lookup that found this. */
export function found(changes: Partial<SubscriberState> = {}): Subject["subscriber"] {
  const previousDecisions = { rules: {}, offers: {} };
  return { status: "found", state: { attributes: {}, previousDecisions, ...changes } };
}
