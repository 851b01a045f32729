import { describe, expect, test } from "vitest";
import { parseCatalog } from "../catalog/index.ts";
import { compileFlow } from "../compile/index.ts";
import { hasErrors } from "./flow-issue.ts";
import { parseFlow } from "./parse-flow.ts";
import { validateFlow } from "../validate/index.ts";

/** The language's sketch, word for word as the design has it. */
const SKETCH = `version: 1
app: com.example.yoga
realtimeUrl: https://retention.example.com/apple/retention/yoga/\${environment}
attributes: { plan_usage: number, cohort: string }        # what the team sends itself; typed, declared
messages:
  keep_classes:                          # a plain message: may have an image and bullets
    defaultLocale: en-US
    locales:
      en-US: { header: Your classes are waiting, body: Keep guided yoga and your streak., image: { file: ./classes.png, alt: A yoga class } }
      de-DE: { header: Deine Kurse warten, body: Behalte deine Kurse und deine Serie., revision: 2 }   # a new identifier for the same text, after a rejection
      fr-FR: { id: 551ee7c0-c097-418e-9dd5-2a98533a7390 }  # adopted: uploaded elsewhere; its text cannot be read back from Apple
  three_months_free: { defaultLocale: en-US, locales: { en-US: { header: Three months on us, body: Stay and pay nothing until spring. } } }   # offer: no image, no bullets
  go_annual:         { defaultLocale: en-US, locales: { en-US: { header: Save with a year, body: The same plan for less. } } }
holdout: { key: h2026, percent: 5, respond: { message: keep_classes } }
rules:                                   # in order; an explicit \`priority\` is allowed, ties are errors
  - name: annual_winback
    schedule: { from: 2026-12-01, until: 2027-01-15 }
    when:
      productId: { in: [yoga.yearly, yoga.monthly] }
      storefront: { in: [USA, GBR], ifUnknown: false }
      subscription.tenureDays: { gte: 90, ifUnknown: true }
    cooldown: { days: 180 }              # starts 24 h after first exposure (until then the rule answers again: a view is not an impression), at once on redemption
    respond:
      promotionalOffer:
        message: three_months_free
        offers: { yoga.monthly: { product: yoga.yearly, offer: Y3 }, yoga.yearly: YOGA_3M_FREE }   # short form: an offer of the current product
      fallback: { message: keep_classes }                  # when signing fails or no offer fits
  - name: monthly_switch_test
    when: { productId: yoga.monthly, any: [ { locale: { language: en } }, { storefront: USA } ] }
    experiment:
      key: monthly_switch_2026q4
      traffic: 20                        # percent, on its own salt; outside it the rule does not hold, the next is tried, nothing is counted. Raising it moves nobody between arms
      arms:
        - { name: control, weight: 50, respond: { message: keep_classes } }
        - { name: switch,  weight: 50, respond: { alternateProduct: { message: go_annual, products: { yoga.monthly: { product: yoga.yearly, billingPlanType: MONTHLY } } } } }
  - { name: let_apple, when: { productId: yoga.family }, respond: { deferToApple: {} } }   # deliberate 503, counted apart from failures
fallback: { message: keep_classes }
defaults:                                # what is configured at Apple as default messages
  - { message: keep_classes, products: all, locales: all }   # all = every App Store locale, each with the text the locale rule gives
environments: { sandbox: { defaults: [ { message: keep_classes, products: all, locales: [en-US] } ] } }   # overlay, nothing else differs
`;

const catalog = parseCatalog({
  bundleId: "com.example.yoga",
  products: [
    { productId: "yoga.monthly", subscriptionGroup: "yoga", level: 2, period: "P1M" },
    {
      productId: "yoga.yearly",
      subscriptionGroup: "yoga",
      level: 1,
      period: "P1Y",
      promotionalOffers: [{ offerIdentifier: "YOGA_3M_FREE" }, { offerIdentifier: "Y3" }],
    },
    { productId: "yoga.family", subscriptionGroup: "yoga", level: 1, period: "P1Y" },
  ],
});

const images = (file: string) => (file === "./classes.png" ? "0".repeat(64) : undefined);

describe("the sketch of the language", () => {
  test("parses, validates and compiles word for word", () => {
    const parsed = parseFlow(SKETCH);
    if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
    const options = { catalog, environment: "production", images } as const;
    const issues = validateFlow(parsed.document, { ...options, positions: parsed.positions });
    expect(hasErrors(issues, { strict: true })).toBe(false);
    const snapshot = compileFlow(parsed.document, options);
    expect(snapshot.rules.map(({ name, products }) => [name, products])).toEqual([
      ["annual_winback", ["yoga.monthly", "yoga.yearly"]],
      ["monthly_switch_test", ["yoga.monthly"]],
      ["let_apple", ["yoga.family"]],
    ]);
    expect(snapshot.messages["keep_classes"]?.locales["fr-FR"]).toBe(
      "551ee7c0-c097-418e-9dd5-2a98533a7390",
    );
  });
});
