import { describe, expect, test } from "vitest";
import { parseCatalog } from "../catalog/index.ts";
import { parseFlow } from "../document/index.ts";
import { messageIdentifier } from "../identifiers/index.ts";
import { HEAD, readFlow, YOGA_CATALOG } from "../testing/flow-fixtures.ts";
import { validateFlow } from "./validate-flow.ts";
import type { ValidateOptions } from "./validation.ts";

/** Stands in a text where an issue is expected. */
const MARK = "»";

/** What validation says of a text, as `line:column severity CODE message`; at the mark as `» …`. */
function validate(marked: string, options: ValidateOptions = {}): readonly string[] {
  const before = marked.split(MARK)[0] ?? "";
  const line = before.split("\n").length;
  const mark = `${line}:${before.length - before.lastIndexOf("\n")} `;
  return validateText(marked.replace(MARK, ""), options).map((issue) =>
    marked.includes(MARK) && issue.startsWith(mark) ? `${MARK} ${issue.slice(mark.length)}` : issue,
  );
}

function validateText(text: string, options: ValidateOptions): readonly string[] {
  const parsed = parseFlow(text);
  if (!parsed.ok) throw new Error(parsed.issues.map(({ message }) => message).join("; "));
  const all = { catalog: YOGA_CATALOG, positions: parsed.positions, ...options };
  return validateFlow(parsed.document, all)
    .filter(({ code }) => code !== "DEFAULT_MISSING" && code !== "UNUSED_MESSAGE")
    .map(
      ({ line, column, severity, code, message }) =>
        `${line}:${column} ${severity} ${code} ${message}`,
    );
}

const rules = (text: string) => `${HEAD}rules:\n${text}`;
const rule = (when: string, respond = "{ message: plain }") =>
  rules(`  - { name: a, when: ${when}, respond: ${respond} }`);
const arms = (list: string) => rules(`  - { name: a, experiment: { key: e, arms: [${list}] } }`);
const arm = (name: string, weight: number | string) =>
  `{ name: ${name}, weight: ${weight}, respond: { message: plain } }`;
const offer = (offers: string) =>
  rule(
    "{ productId: yoga.monthly }",
    `{ promotionalOffer: { message: plain, offers: ${offers} } }`,
  );
const change = (products: string) =>
  rule(
    "{ productId: yoga.monthly }",
    `{ alternateProduct: { message: plain, products: ${products} } }`,
  );
const text = (locale: string) =>
  `version: 1\napp: com.example.yoga\nmessages:\n  keep: { defaultLocale: en-US, locales: { en-US: ${locale} } }\nfallback: { message: keep }\nrules: []\n`;

describe("validateFlow() finds wrong names", () => {
  test.each([
    [
      rule("{ productId: yoga.monthly }", "{ message: »plian }"),
      '» error UNKNOWN_MESSAGE rule a names the message "plian", which is not there; did you mean "plain"?',
    ],
    [
      `${HEAD}rules: []\n`.replace("fallback: { message: keep }", "fallback: { message: »keeps }"),
      '» error UNKNOWN_MESSAGE the fallback names the message "keeps", which is not there; did you mean "keep"?',
    ],
    [
      rule("{ productId: »yoga.montly }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.montly"; did you mean "yoga.monthly"?',
    ],
    [
      rule("{ productId: { in: [yoga.monthly, »yoga.daily] } }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.daily"; did you mean "yoga.family"?',
    ],
    [
      rule("{ »storfront: USA }"),
      '» error UNKNOWN_ATTRIBUTE there is no attribute "storfront"; did you mean "storefront"?',
    ],
    [
      rule("{ »plan_usage: 3 }"),
      '» error UNKNOWN_ATTRIBUTE there is no attribute "plan_usage"; did you mean "attributes.plan_usage"?',
    ],
    [
      rule("{ »attributes.entirely_new: 3 }"),
      '» error UNKNOWN_ATTRIBUTE there is no attribute "attributes.entirely_new"; declare it and its type under attributes',
    ],
    [
      `rollouts: { half: { percent: 50 } }\n${rule("{ rollout: »hlaf }")}`,
      '» error UNKNOWN_ROLLOUT there is no rollout "hlaf"; did you mean "half"?',
    ],
    [
      rule("{ subscriptionGroup: »yogi, productId: yoga.monthly }"),
      '» error UNKNOWN_SUBSCRIPTION_GROUP there is no subscription group "yogi"; did you mean "yoga"?',
    ],
    [
      rule("{ subscription.previousDecisions: { rule: »b, count: 1 } }"),
      '» warning UNKNOWN_RULE there is no rule "b" in the flow; did you mean "a"?',
    ],
    [
      rule("{ subscription.previousDecisions: { offer: »YOGA_HALF, count: 1 } }"),
      '» error UNKNOWN_OFFER there is no offer "YOGA_HALF"; expected productId/offerIdentifier; there is "yoga.monthly/YOGA_HALF", "yoga.yearly/YOGA_3M_FREE", "yoga.yearly/Y3"',
    ],
    [
      `exclusionGroups: { g: [{ experiment: »f, from: 0, to: 10 }] }\n${arms(arm("x", 1))}`,
      '» error UNKNOWN_EXPERIMENT there is no experiment with the key "f"; did you mean "e"?',
    ],
    [
      text("{ header: a, body: b }").replaceAll("en-US", "en_US").replace("en_US", "»en_US"),
      '» error UNKNOWN_LOCALE "en_US" is no App Store locale; did you mean "en-US"?',
    ],
    [
      `${HEAD}rules: []\ndefaults: [{ message: keep, products: [yoga.daily], locales: [»de] }]\n`,
      '» error UNKNOWN_LOCALE "de" is no App Store locale; did you mean "de-DE"?',
    ],
    [
      `${HEAD}rules: []\ndefaults: [{ message: keep, products: [»yoga.mnthly], locales: all }]\n`,
      '» error UNKNOWN_PRODUCT there is no product "yoga.mnthly"; did you mean "yoga.monthly"?',
    ],
    [
      rules(
        "  - { name: a, when: { productId: yoga.monthly }, respond: { message: plain } }\n  - { name: »a, respond: { message: plain } }",
      ),
      '» error DUPLICATE_NAME there is another rule "a"; give each its own name',
    ],
    [
      arms(`${arm("x", 1)}, ${arm("»x", 1)}`),
      '» error DUPLICATE_NAME there is another arm "x"; give each its own name',
    ],
    [
      rules(
        ["a", "b"]
          .map(
            (name) =>
              `  - { name: ${name}, experiment: { key: ${name === "b" ? MARK : ""}e, traffic: 5, arms: [${arm("x", 1)}] } }`,
          )
          .join("\n"),
      ),
      '» error DUPLICATE_NAME there is another experiment "e"; give each its own name',
    ],
    [
      text(
        "{ id: 551ee7c0-c097-418e-9dd5-2a98533a7390, header: a, body: b }, de-DE: { id: »551ee7c0-c097-418e-9dd5-2a98533a7390, header: c, body: d }",
      ),
      "» error DUPLICATE_IDENTIFIER another text has the id 551ee7c0-c097-418e-9dd5-2a98533a7390; content cannot change at Apple, so give this one its own",
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test("a catalog of another app", () => {
    const catalog = parseCatalog({ bundleId: "com.example.yogi", products: [] });
    expect(validate(`${HEAD}rules: []`, { catalog })).toContain(
      "2:6 error APP_MISMATCH the flow is for com.example.yoga, the catalog for com.example.yogi",
    );
  });

  test("a message nothing uses, as a note", () => {
    const document = readFlow(`${HEAD}rules: []`);
    expect(validateFlow(document)).toMatchObject([{ code: "UNUSED_MESSAGE", severity: "note" }]);
  });
});

describe("validateFlow() finds wrong rules", () => {
  const two = (a: string, b: string) =>
    rules(
      `  - { name: a, ${a}, respond: { message: plain } }\n  - { name: b, ${b}, respond: { message: plain } }`,
    );

  test.each([
    [
      two("priority: 1, when: { locale: en-US }", "priority: »1"),
      "» error PRIORITY_TIE rules a and b both have priority 1; the order must be clear",
    ],
    [
      two("priority: 1, when: { locale: en-US }", "when: { locale: de-DE }").replace(
        "{ name: b",
        "»{ name: b",
      ),
      "» error PRIORITY_MIXED rule b has no priority while others have; give all or none of them one",
    ],
    [
      rules(
        "  - { name: a, schedule: { from: 2027-01-01, until: »2026-01-01 }, respond: { message: plain } }",
      ),
      "» error SCHEDULE_EMPTY the schedule ends (2026-01-01) before it starts (2027-01-01)",
    ],
    [
      arms(arm("x", "»0")),
      "» error WEIGHT_INVALID expected a positive whole number as weight, got 0",
    ],
    [
      arms(arm("x", "»-2")),
      "» error WEIGHT_INVALID expected a positive whole number as weight, got -2",
    ],
    [
      arms(arm("x", "»2.5")),
      "» error WEIGHT_INVALID expected a positive whole number as weight, got 2.5",
    ],
    [
      arms(arm("x", 2_000_000)).replace("arms: [", "arms: »["),
      "» error WEIGHT_INVALID the weights sum up to 2000000; at most 1048576 can be told apart",
    ],
    [
      `exclusionGroups: { g: [»{ experiment: e, from: 20, to: 10 }] }\n${arms(arm("x", 1))}`,
      "» error EXCLUSION_RANGE the share from 20 to 10 percent is empty; from must be below to",
    ],
    [
      `exclusionGroups: { g: [{ experiment: e, from: 0, to: 50 }, »{ experiment: e, from: 50, to: 60 }] }\n${arms(arm("x", 1))}`,
      "» error EXCLUSION_RANGE experiment e already has a share of group g",
    ],
    [
      rule("{ productId: yoga.family }", "{ »deferToApple: {} }"),
      "» note DEFERS_TO_APPLE rule a answers with a deliberate 503; Apple's performance test of such a product is refused",
    ],
    [
      two("when: { environment: production }", "when: { storefront: USA }")
        .replace(
          "when: { environment: production }",
          "when: { any: [{ environment: production }, { environment: sandbox }] }",
        )
        .replace("name: b", "name: »b"),
      "» error UNREACHABLE_RULE rule b can never be reached: rule a before it always holds for the same products",
    ],
    [
      rules(
        "  - { name: a, when: { productId: yoga.monthly }, respond: { message: plain } }\n  - { name: b, when: { productPeriod: P1Y }, respond: { message: plain } }\n  - { name: »c, when: { productId: { in: [yoga.monthly, yoga.yearly] }, storefront: USA }, respond: { message: plain } }",
      ),
      "» error UNREACHABLE_RULE rule c can never be reached: rule a and rule b before it always holds for the same products",
    ],
    [
      rule("{ productId: yoga.monthly, productPeriod: P1Y }").replace("name: a", "name: »a"),
      "» error UNREACHABLE_RULE rule a can never be reached: its conditions hold for no product in any environment",
    ],
    [
      rule("{ price: { gt: 10, lt: 5 } }").replace("name: a", "name: »a"),
      "» error UNREACHABLE_RULE rule a can never be reached: its conditions contradict each other, no subscriber can meet them all",
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test.each([
    ["a schedule", "schedule: { from: 2026-01-01 }, respond: { message: plain }"],
    ["a cooldown", "cooldown: { days: 3 }, respond: { message: plain }"],
    ["a condition on what is not fixed", "when: { storefront: USA }, respond: { message: plain }"],
    ["a share of traffic", `experiment: { key: e, traffic: 50, arms: [${arm("x", 1)}] }`],
    ["other products", "when: { productId: yoga.family }, respond: { message: plain }"],
    ["the other environment", "when: { environment: sandbox }, respond: { message: plain }"],
  ])("no unreachable rule behind one with %s", (_what, first) => {
    const flow = rules(
      `  - { name: a, ${first} }\n  - { name: b, when: { productId: yoga.monthly }, respond: { message: plain } }`,
    );
    expect(validate(flow)).toEqual([]);
  });

  test("an order by priority, not by place", () => {
    const flow = two("priority: 2, when: { locale: en-US }", "priority: 1").replace(
      "name: a",
      "name: »a",
    );
    expect(validate(flow)).toEqual([
      "» error UNREACHABLE_RULE rule a can never be reached: rule b before it always holds for the same products",
    ]);
  });

  const experiment = (traffic: number, weights: readonly [number, number]) =>
    rules(
      `  - name: a\n    experiment:\n      key: e\n      traffic: ${traffic}\n      arms: [${arm("x", weights[0])}, ${arm("y", weights[1])}]`,
    );

  test("weights that change under a running experiment, and traffic that falls", () => {
    const previous = readFlow(experiment(50, [50, 50]));
    expect(validate(experiment(40, [60, 40]), { previous })).toEqual([
      "12:16 warning TRAFFIC_LOWERED the traffic of e falls from 50 to 40 percent: people leave the experiment while it runs",
      "13:13 warning WEIGHTS_CHANGED the arms of e were x 50, y 50 and are x 60, y 40: people move between arms and the results mix. Use a new key for a new experiment",
    ]);
    expect(validate(experiment(60, [50, 50]), { previous })).toEqual([]);
  });

  test("a rule that hangs on what is hardly ever known", () => {
    const flow = (when: string) => rule(`{ productId: yoga.monthly, ${when} }`);
    const knownShares = { storefront: 0.03, price: 0.9 };
    const found = (when: string) =>
      validate(flow(when), { knownShares }).map((issue) => issue.slice(0, 42));
    expect(validate(flow("»storefront: USA"), { knownShares })).toEqual([
      "» warning ATTRIBUTE_RARELY_KNOWN storefront known for 3 %: rule a is nearly dead. Send it, or say ifUnknown",
    ]);
    expect(found("any: [{ storefront: USA }, { price: 1 }]")).toEqual([]);
    expect(found("storefront: { equals: USA, ifUnknown: true }")).toEqual([]);
    expect(found("storefront: { equals: USA, ifUnknown: false }")).toHaveLength(1);
    expect(found("not: { storefront: { equals: USA, ifUnknown: false } }")).toEqual([]);
    expect(found("not: { storefront: USA }")).toHaveLength(1);
    const cooled = rules("  - { name: a, cooldown: { days: 3 }, respond: { message: plain } }");
    const history = { "subscription.previousDecisions": 0.01 };
    expect(validate(cooled, { knownShares: history })[0]).toContain("ATTRIBUTE_RARELY_KNOWN");
  });
});

describe("validateFlow() finds wrong conditions", () => {
  test.each([
    [
      "{ storefront: »{ ifUnknown: true } }",
      "» error TEST_EMPTY the test of storefront compares nothing; it takes equals, in, notIn, startsWith, exists",
    ],
    [
      "{ locale: »{} }",
      "» error TEST_EMPTY the test of locale compares nothing; it takes equals, in, notIn, startsWith, exists, language, region",
    ],
    [
      "{ subscription.previousDecisions: »{ count: 1 } }",
      "» error TEST_EMPTY subscription.previousDecisions needs either rule or offer",
    ],
    [
      "{ subscription.previousDecisions: »{ rule: a } }",
      "» error TEST_EMPTY subscription.previousDecisions compares nothing; it takes count, lastAt, daysSinceLast",
    ],
    [
      "{ attributes.cohort: { »gt: 3 } }",
      "» error OPERATOR_NOT_FOR_TYPE attributes.cohort is a string; gt does not suit it, it takes equals, in, notIn, startsWith, exists",
    ],
    [
      "{ attributes.joined: »2026-01-01 }",
      "» error OPERATOR_NOT_FOR_TYPE attributes.joined is a date; equals does not suit it, it takes before, after, gt, gte, lt, lte, exists",
    ],
    [
      "{ attributes.plan_usage: »many }",
      '» error VALUE_NOT_FOR_TYPE expected a number for attributes.plan_usage, got "many"',
    ],
    [
      "{ attributes.cohort: { in: [a, b], equals: »true } }",
      "» error VALUE_NOT_FOR_TYPE expected a text for attributes.cohort, got true",
    ],
    [
      "{ attributes.vip: { equals: »'yes' } }",
      '» error VALUE_NOT_FOR_TYPE expected true or false for attributes.vip, got "yes"',
    ],
    [
      "{ attributes.joined: { gt: »5 } }",
      "» error VALUE_NOT_FOR_TYPE expected a date like 2026-12-01 for attributes.joined, got 5",
    ],
    [
      "{ storefront: { in: [USA, »US] } }",
      '» error VALUE_NOT_POSSIBLE storefront is never "US"; expected three letters like USA',
    ],
    [
      "{ environment: »Production }",
      '» error VALUE_NOT_POSSIBLE environment is never "Production"; did you mean "production"?',
    ],
    [
      "{ requestedAt.weekday: »mon }",
      '» error VALUE_NOT_POSSIBLE requestedAt.weekday is never "mon"; there is "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"',
    ],
    [
      "{ locale: »english }",
      '» error VALUE_NOT_POSSIBLE "english" is no locale; expected one like en-US',
    ],
    [
      "{ productPeriod: »monthly }",
      '» error VALUE_NOT_POSSIBLE productPeriod is never "monthly"; expected a period like P1M',
    ],
    [
      "{ subscription.ownership: »SHARED }",
      '» error VALUE_NOT_POSSIBLE subscription.ownership is never "SHARED"; there is "PURCHASED", "FAMILY_SHARED"',
    ],
  ])("%s", (when, expected) => {
    expect(validate(rule(when))).toContain(expected);
  });

  test("finds them below all, any and not", () => {
    const when = "{ all: [{ any: [{ not: { »storfront: USA } }, { locale: en-US }] }] }";
    expect(validate(rule(when))[0]).toMatch(/^» error UNKNOWN_ATTRIBUTE/);
  });
});

describe("validateFlow() finds wrong responses", () => {
  test.each([
    [
      offer("{ yoga.monthly: »HALF }"),
      '» error UNKNOWN_OFFER yoga.monthly has no promotional offer "HALF"; there is "YOGA_HALF"',
    ],
    [
      offer("{ yoga.monthly: »Y3 }"),
      "» error OFFER_NOT_FOR_PRODUCT the offer Y3 belongs to yoga.yearly, not to yoga.monthly; write { product: yoga.yearly, offer: Y3 } to make it",
    ],
    [
      offer("{ yoga.monthly: { product: yoga.yearly, offer: »YOGA_HALF } }"),
      "» error OFFER_NOT_FOR_PRODUCT the offer YOGA_HALF belongs to yoga.monthly, not to yoga.yearly; write { product: yoga.monthly, offer: YOGA_HALF } to make it",
    ],
    [
      offer("{ yoga.monthly: { product: »yoga.daily, offer: Y3 } }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.daily"; did you mean "yoga.family"?',
    ],
    [
      offer("{ »yoga.montly: Y3 }"),
      '» error UNKNOWN_PRODUCT there is no product "yoga.montly"; did you mean "yoga.monthly"?',
    ],
    [
      change("{ yoga.monthly: »yoga.family }"),
      "» error SWITCH_OUTSIDE_GROUP yoga.family is in the subscription group family, yoga.monthly in yoga; in yoga there is yoga.yearly",
    ],
    [
      change("{ yoga.monthly: »yoga.monthly }"),
      "» error SWITCH_TO_SAME_PRODUCT yoga.monthly would switch to itself; name another product, or a billingPlanType",
    ],
    [
      change("{ yoga.monthly: { product: yoga.yearly, billingPlanType: »MONTLY } }"),
      '» warning BILLING_PLAN_UNKNOWN Apple\'s billing plans are BILLED_UPFRONT and MONTHLY, not "MONTLY"; did you mean "MONTHLY"?',
    ],
    [
      rule(
        "{ storefront: USA }",
        "{ promotionalOffer: { message: plain, offers: »{ yoga.yearly: Y3 } } }",
      ),
      "» warning PRODUCT_NOT_IN_MAP rule a can hold for yoga.monthly, yoga.family, which offers does not name: the fallback answers there. Add it, or narrow the rule's productId",
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  const withImage = (respond: string) =>
    rule("{ productId: yoga.monthly }", respond).replace(
      "body: For you.",
      "body: For you., »image: { file: a.png, alt: A }",
    );

  test.each([
    [
      "alternateProduct: { message: plain, products: { yoga.monthly: yoga.yearly } }",
      "an alternate product",
    ],
    [
      "promotionalOffer: { message: plain, offers: { yoga.monthly: YOGA_HALF } }",
      "a promotional offer",
    ],
    ["advancedCommerceInfo: { message: plain, request: {} }", "an Advanced Commerce change"],
  ])("an image in a message for %s", (respond, use) => {
    expect(validate(withImage(`{ ${respond} }`))).toEqual([
      `» error IMAGE_NOT_ALLOWED rule a uses the message plain for ${use}, which takes no image and no bullets; use another message there`,
    ]);
  });

  test("bullets in one, too", () => {
    const flow = offer("{ yoga.monthly: YOGA_HALF }").replace(
      "body: For you.",
      "body: For you., »bullets: [{ text: a, image: { file: a.png, alt: A } }]",
    );
    expect(validate(flow)[0]).toMatch(/^» error IMAGE_NOT_ALLOWED/);
  });
});

describe("validateFlow() finds wrong texts", () => {
  const long = (count: number) => "x".repeat(count);
  test.each([
    [
      text(`{ header: »${long(67)}, body: b }`),
      "» error TEXT_TOO_LONG 67 characters; Apple takes at most 66",
    ],
    [
      text(`{ header: a, body: »${long(145)} }`),
      "» error TEXT_TOO_LONG 145 characters; Apple takes at most 144",
    ],
    [
      text(`{ header: a, body: b, image: { file: a.png, alt: »${long(151)} } }`),
      "» error TEXT_TOO_LONG 151 characters; Apple takes at most 150",
    ],
    [
      text(
        `{ header: a, body: b, bullets: [{ text: »${long(67)}, image: { file: a.png, alt: a } }] }`,
      ),
      "» error TEXT_TOO_LONG 67 characters; Apple takes at most 66",
    ],
    [
      text(`{ header: »${"𝒳".repeat(40)}, body: b }`),
      "» error TEXT_TOO_LONG 40 (80 in UTF-16) characters; Apple takes at most 66",
    ],
    [
      text("{ header: »Yes 🎉, body: b }"),
      "» warning TEXT_MAY_BE_REFUSED Apple refuses emoji and some other characters; U+1F389 may be one of them",
    ],
    [
      text('{ header: »"a\\nb", body: b }'),
      "» warning TEXT_MAY_BE_REFUSED Apple refuses emoji and some other characters; U+000A may be one of them",
    ],
    [
      text("{ header: a, body: b, headerPosition: »ABOVE_IMAGE }"),
      "» error HEADER_POSITION_NEEDS_IMAGE headerPosition ABOVE_IMAGE needs an image; add one, or use ABOVE_BODY",
    ],
    [
      text("{ header: a, body: b }").replace("defaultLocale: en-US", "defaultLocale: »en-GB"),
      '» error DEFAULT_LOCALE_MISSING the message keep has no text for its default locale en-GB; there is "en-US"',
    ],
    [
      text("{ header: a, body: b, image: { file: »../a.png, alt: a } }"),
      '» error IMAGE_PATH expected a path below the document\'s folder, got "../a.png"',
    ],
  ])("%#: %s", (flow, expected) => {
    expect(validate(flow)).toContain(expected);
  });

  test("texts of just the allowed length are right, in any script", () => {
    expect(validate(text(`{ header: ${"ü".repeat(66)}, body: ${"語".repeat(144)} }`))).toEqual([]);
  });

  test("an image file that is not there", () => {
    const flow = text("{ header: a, body: b, image: { file: »a.png, alt: a } }");
    expect(validate(flow, { images: () => undefined })).toEqual([
      '» error IMAGE_NOT_FOUND there is no image "a.png"',
    ]);
    expect(validate(flow, { images: () => "00" })).toEqual([]);
  });

  test("texts of an overlay at their own place", () => {
    const flow = `${text("{ header: a, body: b }")}environments:\n  sandbox: { messages: { keep: { defaultLocale: en-US, locales: { en-US: { header: »${long(70)}, body: b } } } } }\n`;
    expect(validate(flow)).toEqual(["» error TEXT_TOO_LONG 70 characters; Apple takes at most 66"]);
    expect(validate(flow, { environment: "production" })).toEqual([]);
  });
});

describe("validateFlow() with what Apple has", () => {
  const flow = `${HEAD}rules: []\n`;
  const id = (locale: string) => {
    const written = readFlow(flow).messages["keep"]?.locales[locale];
    if (written === undefined) throw new Error("no such text");
    return messageIdentifier(written, { bundleId: "com.example.yoga" }) ?? "";
  };
  const states = (messages: Record<string, string>) => ({ messages, images: {} });

  test("every text that is not approved, and a message of which nothing is", () => {
    const reviewStates = states({ [id("en-US")]: "REJECTED", [id("de-DE")]: "PENDING" });
    expect(validate(flow, { reviewStates, environment: "production" })).toEqual([
      "5:3 error NO_APPROVED_TEXT Apple has approved no text of the message keep, which the fallback needs in production; upload it and wait for the review",
      "5:44 warning TEXT_NOT_APPROVED the en-US text of keep was rejected; change it, or raise its revision; until it is approved the next approved locale is sent",
      "5:89 warning TEXT_NOT_APPROVED the de-DE text of keep is still in review; until it is approved the next approved locale is sent",
    ]);
  });

  test("an unapproved text is enough of a warning where another is approved", () => {
    const reviewStates = states({ [id("en-US")]: "APPROVED" });
    expect(validate(flow, { reviewStates, environment: "production" })).toEqual([
      "5:89 warning TEXT_NOT_APPROVED the de-DE text of keep is not at Apple; upload it; until it is approved the next approved locale is sent",
    ]);
  });

  test("a state Apple may add is not approved", () => {
    const reviewStates = states({ [id("en-US")]: "APPROVED", [id("de-DE")]: "ON_HOLD" });
    const [issue] = validate(flow, { reviewStates, environment: "production" });
    expect(issue).toContain("is in the state ON_HOLD");
  });

  test("nothing approved is a warning in the sandbox, and an error under strict", () => {
    const options = { reviewStates: states({}), environment: "sandbox" } as const;
    expect(validate(flow, options)[0]).toMatch(/^5:3 warning NO_APPROVED_TEXT/);
    expect(validate(flow, { ...options, strict: true })[0]).toMatch(/^5:3 error NO_APPROVED_TEXT/);
  });

  test("a message counts as approved only with its images", () => {
    const pictured = text(
      "{ header: a, body: b, image: { id: 551ee7c0-c097-418e-9dd5-2a98533a7390, alt: a } }",
    );
    const written = readFlow(pictured).messages["keep"]?.locales["en-US"];
    const own = written && messageIdentifier(written, { bundleId: "com.example.yoga" });
    const messages = { [own ?? ""]: "APPROVED" };
    const environment = "production";
    const image = (state: string) => ({ "551ee7c0-c097-418e-9dd5-2a98533a7390": state });
    const approved = { messages, images: image("APPROVED") };
    expect(validate(pictured, { reviewStates: approved, environment })).toEqual([]);
    const pending = { messages, images: image("PENDING") };
    expect(validate(pictured, { reviewStates: pending, environment })).toHaveLength(2);
  });

  const defaults = (flowText: string, options: ValidateOptions = {}) => {
    const parsed = parseFlow(flowText);
    if (!parsed.ok) throw new Error("not a flow");
    const all = { catalog: YOGA_CATALOG, positions: parsed.positions, ...options };
    return validateFlow(parsed.document, all)
      .filter(({ code }) => code === "DEFAULT_MISSING")
      .map(({ line, column, message }) => `${line}:${column} ${message}`);
  };

  test("products and locales without a default message", () => {
    const some = `${flow}defaults:\n  - { message: keep, products: all, locales: all }\nenvironments:\n  sandbox: { defaults: [{ message: keep, products: [yoga.monthly], locales: all }] }\n`;
    expect(defaults(some)).toEqual([
      "12:24 no default message in sandbox for yoga.yearly, yoga.family in ar-SA, bn-BD, ca, cs, da, de-DE, el, en-AU and 42 more: Apple shows no message there, whatever is answered",
    ]);
    expect(defaults(some, { environment: "production" })).toEqual([]);
    expect(defaults(flow, { environment: "production" })).toHaveLength(1);
  });

  test("what Apple really has counts more than what the flow will configure", () => {
    const all = `${flow}defaults: [{ message: keep, products: all, locales: all }]\n`;
    const reviewStates = { messages: {}, images: {}, defaults: [] };
    expect(defaults(all, { environment: "production", reviewStates })).toHaveLength(1);
  });

  test.each([
    [
      "http://example.com/${environment}",
      "» error REALTIME_URL_INVALID the URL must start with https://",
    ],
    [
      `https://example.com/${"x".repeat(250)}`,
      "» error REALTIME_URL_INVALID the URL has 270 characters; Apple takes at most 256",
    ],
    ["'https://exa mple.com/${environment}'", "» error REALTIME_URL_INVALID this is no URL"],
    [
      "https://example.com/x",
      "» warning REALTIME_URL_SHARED both environments have one URL; Apple advises two, so put ${environment} into it",
    ],
  ])("realtimeUrl %s", (url, expected) => {
    expect(validate(`${HEAD}realtimeUrl: »${url}\nrules: []`)).toContain(expected);
  });

  test("nothing to say of a URL for each environment", () => {
    expect(
      validate(`${HEAD}realtimeUrl: 'https://example.com/\${environment}'\nrules: []`),
    ).toEqual([]);
  });
});

describe("validateFlow() without options", () => {
  test("takes products and offers on trust", () => {
    const document = readFlow(offer("{ some.product: SOME_OFFER }"));
    expect(validateFlow(document)).toEqual([]);
  });
});
