import * as fc from "fast-check";
import type { Stops, Subject } from "../evaluate/index.ts";
import { CHRISTMAS, found, subjectWith } from "./flow-fixtures.ts";

const PRODUCTS = ["yoga.monthly", "yoga.yearly", "yoga.family", "unheard.of"];
const ifUnknown = fc.constantFrom({}, { ifUnknown: true }, { ifUnknown: false });

const test = fc.oneof(
  fc.record({ productId: fc.constantFrom(...PRODUCTS.slice(0, 3)) }),
  fc.record({ productId: fc.record({ notIn: fc.constant(["yoga.family"]) }) }),
  fc.record({ productPeriod: fc.constantFrom("P1M", "P1Y") }),
  fc.record({ environment: fc.constantFrom("sandbox", "production") }),
  fc.record({ locale: fc.record({ language: fc.constantFrom("en", "de") }) }),
  fc.record({ rollout: fc.constantFrom("half", "tenth") }),
  fc.record({ "requestedAt.hour": fc.record({ gte: fc.integer({ min: 0, max: 23 }) }) }),
  fc.tuple(fc.constantFrom("USA", "GBR"), ifUnknown).map(([equals, extra]) => ({
    storefront: { equals, ...extra },
  })),
  fc.tuple(fc.integer({ min: 0, max: 5 }), ifUnknown).map(([lt, extra]) => ({
    "attributes.plan_usage": { lt, ...extra },
  })),
  fc.record({ "attributes.vip": fc.record({ exists: fc.boolean() }) }),
  fc.tuple(fc.constantFrom("rule0", "rule1"), ifUnknown).map(([rule, extra]) => ({
    "subscription.previousDecisions": { rule, count: { gte: 1 }, ...extra },
  })),
);

const { condition } = fc.letrec<{ condition: object }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    test,
    fc.record({ all: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("condition") }),
  ),
}));

const respond = fc.oneof(
  fc.constantFrom({ message: "keep" }, { message: "plain", fallback: { message: "keep" } }),
  fc.constant({ deferToApple: {} }),
  fc.constant({
    promotionalOffer: { message: "plain", offers: { "yoga.yearly": "Y3" } },
    fallback: { message: "keep" },
  }),
);

const rule = fc.tuple(
  fc.option(condition, { nil: undefined }),
  fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined, freq: 2 }),
  respond,
  fc.option(fc.constantFrom(0, 20, 100), { nil: undefined }),
);

/** Rules of every kind as plain values, reachable or not. */
export const arbitraryRules = fc.array(rule, { maxLength: 5 }).map((rules) =>
  rules.map(([when, days, answer, traffic], index) => ({
    name: `rule${index}`,
    ...(when === undefined ? {} : { when }),
    ...(days === undefined ? {} : { cooldown: { days } }),
    ...(traffic === undefined
      ? { respond: answer }
      : {
          experiment: {
            key: `exp${index}`,
            traffic,
            arms: [
              { name: "a", weight: 1, respond: answer },
              { name: "b", weight: 2, respond: { message: "keep" } },
            ],
          },
        }),
  })),
);

const attributes = fc.record(
  {
    storefront: fc.constantFrom("USA", "GBR", null),
    "attributes.plan_usage": fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(null)),
    "attributes.vip": fc.constantFrom(true, null, "not a boolean"),
  },
  { requiredKeys: [] },
);

const exposure = fc.integer({ min: 0, max: 500 }).map((daysAgo) => {
  const firstAt = CHRISTMAS - daysAgo * 86_400_000;
  return { count: 1, firstAt, lastAt: firstAt };
});

const subscriber: fc.Arbitrary<Subject["subscriber"]> = fc.oneof(
  fc.constant<Subject["subscriber"]>({ status: "notFound" }),
  fc.constant<Subject["subscriber"]>({ status: "unavailable", reason: "late" }),
  fc
    .tuple(attributes, fc.dictionary(fc.constantFrom("rule0", "rule1"), exposure))
    .map(([stored, rules]) =>
      found({ attributes: stored, previousDecisions: { rules, offers: {} } }),
    ),
);

/** Subjects of every kind. */
export const arbitrarySubject: fc.Arbitrary<Subject> = fc
  .record({
    originalTransactionId: fc.stringMatching(/^[1-9][0-9]{14,16}$/),
    productId: fc.constantFrom(...PRODUCTS),
    userLocale: fc.constantFrom("en-US", "de_AT", "zh-HK", "", "nonsense!"),
    requestedAt: fc.integer({ min: CHRISTMAS - 86_400_000, max: CHRISTMAS + 86_400_000 }),
    subscriber,
  })
  .map((changes) => subjectWith(changes));

/** Stops of every kind. */
export const arbitraryStops: fc.Arbitrary<Stops> = fc.record({
  sequence: fc.nat(),
  appPaused: fc.boolean(),
  offersPaused: fc.boolean(),
  stoppedOffers: fc.constantFrom(new Set<string>(), new Set(["yoga.yearly/Y3"])),
  rejectedMessages: fc.constant(new Set<string>()),
});
