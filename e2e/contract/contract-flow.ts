import { compileFlow } from "@holdfast/flow/compile";
import { parseFlow } from "@holdfast/flow/document";
import type { Snapshot } from "@holdfast/flow/snapshot";
import { MESSAGE, RULES } from "../../packages/runtime/src/testing/test-flow.ts";
import { TEST_APPLE_ID, TEST_BUNDLE_ID } from "../../packages/runtime/src/testing/test-runtime.ts";

/** Identifiers of the messages of the contract's flow. */
export const TEXT = {
  ...MESSAGE,
  held: "00000000-0000-4000-8000-000000000011",
  armA: "00000000-0000-4000-8000-000000000012",
  armB: "00000000-0000-4000-8000-000000000013",
  german: "00000000-0000-4000-8000-000000000014",
} as const;

const PRODUCTS = [
  "p.plain",
  "p.offer",
  "p.offer.v1",
  "p.switch",
  "p.commerce",
  "p.defer",
  "p.state",
  "p.experiment",
  "p.cooldown",
];

/** By product. */
const OFFERS: Readonly<Record<string, string>> = { "p.offer": "OFFER", "p.offer.v1": "OFFER1" };

const CATALOG = {
  bundleId: TEST_BUNDLE_ID,
  appAppleId: TEST_APPLE_ID,
  products: PRODUCTS.map((productId) => {
    const offerIdentifier = OFFERS[productId];
    return {
      productId,
      subscriptionGroup: "g",
      level: 1,
      period: "P1M",
      promotionalOffers: offerIdentifier === undefined ? [] : [{ offerIdentifier }],
    };
  }),
};

const MESSAGES = Object.entries(TEXT)
  .filter(([name]) => name !== "german")
  .map(([name, id]) => {
    const german = name === "plain" ? `, de-DE: { id: ${TEXT.german} }` : "";
    return `  ${name}: { defaultLocale: en-US, locales: { en-US: { id: ${id} }${german} } }`;
  });

const FLOW = `
version: 1
app: ${TEST_BUNDLE_ID}
messages:
${MESSAGES.join("\n")}
holdout: { key: contract, percent: 20, respond: { message: held } }
rules:
${RULES}
  - name: cooldown
    when: { productId: p.cooldown }
    cooldown: { days: 30 }
    respond: { message: known }
  - name: experiment
    when: { productId: p.experiment }
    experiment:
      key: contract_arms
      traffic: 60
      arms:
        - { name: a, weight: 1, respond: { message: armA } }
        - { name: b, weight: 2, respond: { message: armB } }
fallback: { message: plain }
`;

function compile(text: string): Snapshot {
  const parsed = parseFlow(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return compileFlow(parsed.document, { environment: "sandbox", catalog: CATALOG });
}

/** Compiles the flow every host answers by: one product for each kind of response. */
export function compileContractFlow(): Snapshot {
  return compile(FLOW);
}

/** Compiles a flow of so many rules, all of them for one product, of which the last one holds. */
export function compileLargeFlow(rules: number): Snapshot {
  const lines = Array.from(
    { length: rules - 1 },
    (_, index) =>
      `  - { name: r${index}, when: { productId: p.plain, storefront: { in: [USA, GBR], ifUnknown: false } }, respond: { message: plain } }`,
  );
  return compile(`
version: 1
app: ${TEST_BUNDLE_ID}
messages:
  plain: { defaultLocale: en-US, locales: { en-US: { id: ${TEXT.plain} } } }
  known: { defaultLocale: en-US, locales: { en-US: { id: ${TEXT.known} } } }
rules:
${lines.join("\n")}
  - { name: last, when: { productId: p.plain }, respond: { message: known } }
fallback: { message: plain }
`);
}
