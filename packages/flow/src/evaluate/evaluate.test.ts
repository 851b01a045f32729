import { describe, expect, test } from "vitest";
import type { ReviewStates } from "../catalog/index.ts";
import { found, prepareText, subjectWith } from "../testing/flow-fixtures.ts";
import { NO_STOPS } from "./decision.ts";
import type { Evaluation, ResolvedResponse, Stops } from "./decision.ts";
import { evaluate, resolveFallback } from "./evaluate.ts";
import { canDefer, needsSubscriberState } from "./product-facts.ts";
import type { Subject } from "./subject.ts";

const OFFER = `{ name: offer, when: { productId: { in: [yoga.monthly, yoga.yearly] } }, respond: {
  promotionalOffer: { message: plain, offers: { yoga.yearly: YOGA_3M_FREE, yoga.monthly: { product: yoga.yearly, offer: Y3 } } },
  fallback: { message: other } } }`;
const MORE = `environments: { production: { messages: { other: { defaultLocale: en-US, locales: { en-US: { header: Other, body: Other. } } } } } }\n`;

function run(text: string, changes: Partial<Subject> = {}, stops: Partial<Stops> = {}): Evaluation {
  return evaluate(prepareText(text), subjectWith(changes), { ...NO_STOPS, ...stops });
}

const sent = ({ candidates }: Evaluation) => candidates.map(nameOf);
function nameOf(response: ResolvedResponse): string {
  return response.kind === "deferToApple" ? "deferToApple" : `${response.kind} ${response.message}`;
}

const rule = (name: string, when: string) =>
  `{ name: ${name}, when: ${when}, respond: { message: plain } }`;

const identifier = (text: string, userLocale: string) => {
  const { assigned } = run(text, { userLocale });
  if (assigned === undefined || assigned.kind === "deferToApple") throw new Error("no message");
  return assigned.messageIdentifier;
};

const withHoldout = (percent: number) =>
  `holdout: { key: h, percent: ${percent}, respond: { message: keep } }\nrules: [{ name: a, respond: { message: plain } }]`;

describe("evaluate() chooses", () => {
  test("the fallback when no rule holds", () => {
    const evaluation = run("rules: []");
    expect(evaluation).toMatchObject({ source: "fallback", hashes: [], hashVersion: 1 });
    expect(evaluation.rule).toBeUndefined();
    expect(sent(evaluation)).toEqual(["message keep"]);
    expect(evaluation.candidates[0]).toBe(evaluation.assigned);
  });

  test("the first rule that holds, in the document's order", () => {
    const text = `rules: [${rule("a", "{ productId: yoga.yearly }")}, ${rule("b", "{ locale: { language: en } }")}, ${rule("c", "{ productId: yoga.monthly }")}]`;
    expect(run(text).rule).toBe("b");
    expect(run(text, { productId: "yoga.yearly" }).rule).toBe("a");
    expect(run(text, { userLocale: "de-DE" }).rule).toBe("c");
    expect(run(text, { userLocale: "de-DE", productId: "unheard.of" }).source).toBe("fallback");
  });

  test("by priority where there are priorities, lowest first", () => {
    const text = `rules: [
      { name: late, priority: 20, when: { productId: yoga.monthly }, respond: { message: plain } },
      { name: early, priority: 10, when: { locale: { language: en } }, respond: { message: plain } }]`;
    expect(run(text).rule).toBe("early");
  });

  test("no rule outside its schedule: from is in, until is out", () => {
    const text = `rules: [{ name: a, schedule: { from: 2026-12-24, until: 2026-12-25 }, respond: { message: plain } }]`;
    const at = (requestedAt: number) => run(text, { requestedAt }).source;
    expect(at(Date.UTC(2026, 11, 24) - 1)).toBe("fallback");
    expect(at(Date.UTC(2026, 11, 24))).toBe("rule");
    expect(at(Date.UTC(2026, 11, 25) - 1)).toBe("rule");
    expect(at(Date.UTC(2026, 11, 25))).toBe("fallback");
  });

  test("a rule with a cooldown only when history is known and it is not cooling down", () => {
    const text = "rules: [{ name: a, cooldown: { days: 10 }, respond: { message: plain } }]";
    const at = subjectWith().requestedAt;
    const seen = (hoursAgo: number) => {
      const firstAt = at - hoursAgo * 3_600_000;
      const rules = { a: { count: 1, firstAt, lastAt: firstAt } };
      return run(text, { subscriber: found({ previousDecisions: { rules, offers: {} } }) }).source;
    };
    expect(run(text).source).toBe("rule");
    expect(run(text, { subscriber: found() }).source).toBe("rule");
    expect(run(text, { subscriber: { status: "unavailable", reason: "late" } }).source).toBe(
      "fallback",
    );
    expect(seen(23)).toBe("rule");
    expect(seen(24)).toBe("fallback");
    expect(seen(11 * 24)).toBe("rule");
  });

  test("the holdout before any rule, and keeps its hash", () => {
    const inside = run(withHoldout(100));
    expect(inside).toMatchObject({ source: "holdout", hashes: [{ layer: "holdout", key: "h" }] });
    expect(sent(inside)).toEqual(["message keep"]);
    const outside = run(withHoldout(0));
    expect(outside).toMatchObject({ source: "rule", hashes: [{ layer: "holdout", key: "h" }] });
  });

  test("the next rule outside an experiment's traffic, and counts nothing", () => {
    const text = `rules: [
      { name: a, experiment: { key: e, traffic: 0, arms: [{ name: x, weight: 1, respond: { message: plain } }] } },
      { name: b, respond: { message: plain } }]`;
    const evaluation = run(text);
    expect(evaluation.rule).toBe("b");
    expect(evaluation.experiment).toBeUndefined();
    expect(evaluation.hashes.map(({ layer }) => layer)).toEqual(["traffic"]);
  });

  test("one experiment of an exclusion group, never two, and everybody's share", () => {
    const arm = "arms: [{ name: x, weight: 1, respond: { message: plain } }]";
    const text = `exclusionGroups: { g: [{ experiment: one, from: 0, to: 50 }, { experiment: two, from: 50, to: 100 }] }
rules: [{ name: a, experiment: { key: one, ${arm} } }, { name: b, experiment: { key: two, ${arm} } }]`;
    const prepared = prepareText(text);
    const counts = { a: 0, b: 0 };
    for (let id = 0; id < 400; id += 1) {
      const subject = subjectWith({ originalTransactionId: `20000000000${id}` });
      const { rule: held } = evaluate(prepared, subject, NO_STOPS);
      if (held === "a" || held === "b") counts[held] += 1;
    }
    expect(counts.a + counts.b).toBe(400);
    expect(Math.min(counts.a, counts.b)).toBeGreaterThan(150);
  });
});

describe("evaluate() resolves", () => {
  const rules = `${MORE}rules: [${OFFER}]`;

  test("an offer to the current product's entry, with both fallbacks behind it", () => {
    const evaluation = run(rules);
    expect(evaluation.assigned).toMatchObject({
      kind: "promotionalOffer",
      productId: "yoga.yearly",
      offerIdentifier: "Y3",
      signature: "v2",
      message: "plain",
      locale: "en-US",
    });
    expect(sent(evaluation)).toEqual(["promotionalOffer plain", "message other", "message keep"]);
    expect(evaluation.deviation).toBeUndefined();
  });

  test("nothing for a product its map does not name: the fallbacks answer", () => {
    const text = `${MORE}rules: [{ name: offer, respond: { promotionalOffer: { message: plain, offers: { yoga.yearly: Y3 } }, fallback: { message: other } } }]`;
    const evaluation = run(text);
    expect(evaluation).toMatchObject({ rule: "offer", deviation: "offerNotForProduct" });
    expect(evaluation.assigned).toBeUndefined();
    expect(sent(evaluation)).toEqual(["message other", "message keep"]);
    expect(run(text, { productId: "constructor" }).deviation).toBe("offerNotForProduct");
  });

  test("an alternate product with its plan", () => {
    const text = `rules: [{ name: s, when: { productId: yoga.monthly }, respond: { alternateProduct: { message: plain, products: { yoga.monthly: { product: yoga.yearly, billingPlanType: MONTHLY } } } } }]`;
    expect(run(text).assigned).toMatchObject({
      kind: "alternateProduct",
      productId: "yoga.yearly",
      billingPlanType: "MONTHLY",
    });
  });

  test("an Advanced Commerce request as it was written", () => {
    const text = `rules: [{ name: s, respond: { advancedCommerceInfo: { message: plain, request: { operation: MODIFY, n: [1, null] } } } }]`;
    expect(run(text).assigned).toMatchObject({
      kind: "advancedCommerceInfo",
      request: { operation: "MODIFY", n: [1, null] },
    });
    expect(run(text, {}, { offersPaused: true }).deviation).toBe("offersPaused");
  });

  test("deferToApple to itself alone", () => {
    const text = `rules: [{ name: d, when: { productId: yoga.family }, respond: { deferToApple: {} } }]`;
    const evaluation = run(text, { productId: "yoga.family" });
    expect(evaluation.assigned).toEqual({ kind: "deferToApple" });
    expect(evaluation.candidates).toEqual([{ kind: "deferToApple" }]);
    const prepared = prepareText(text);
    expect(canDefer(prepared, "yoga.family")).toBe("d");
    expect(canDefer(prepared, "yoga.monthly")).toBeUndefined();
    expect(canDefer(prepared, "unheard.of")).toBeUndefined();
  });

  test("one text in the device's locale, the same fallback only once", () => {
    const text = `rules: [{ name: a, respond: { message: keep, fallback: { message: keep } } }]`;
    const evaluation = run(text, { userLocale: "de-AT" });
    expect(evaluation.assigned).toMatchObject({ message: "keep", locale: "de-DE" });
    expect(evaluation.candidates).toHaveLength(1);
  });

  test("nothing where no text is approved", () => {
    const states: ReviewStates = { messages: {}, images: {} };
    const prepared = prepareText("rules: [{ name: a, respond: { message: plain } }]", {
      environment: "sandbox",
      reviewStates: states,
    });
    const evaluation = evaluate(prepared, subjectWith({ environment: "sandbox" }), NO_STOPS);
    expect(evaluation).toMatchObject({ rule: "a", deviation: "noApprovedText", candidates: [] });
    expect(evaluation.assigned).toBeUndefined();
  });
});

describe("evaluate() under stops", () => {
  const rules = `${MORE}rules: [${OFFER}]`;

  test("a paused app gets the flow's fallback; the assignment stays to be seen", () => {
    const evaluation = run(rules, {}, { appPaused: true });
    expect(evaluation).toMatchObject({ rule: "offer", deviation: "appPaused" });
    expect(evaluation.assigned?.kind).toBe("promotionalOffer");
    expect(sent(evaluation)).toEqual(["message keep"]);
  });

  test("a paused app deviates from nothing where the fallback was assigned", () => {
    const evaluation = run("rules: []", {}, { appPaused: true });
    expect(evaluation.deviation).toBeUndefined();
    expect(sent(evaluation)).toEqual(["message keep"]);
  });

  test.each([
    ["offersPaused", { offersPaused: true }],
    ["offerStopped", { stoppedOffers: new Set(["yoga.yearly/Y3"]) }],
  ] as const)("%s leaves the fallbacks in their order", (deviation, stops) => {
    const evaluation = run(rules, {}, stops);
    expect(evaluation.deviation).toBe(deviation);
    expect(evaluation.assigned?.kind).toBe("promotionalOffer");
    expect(sent(evaluation)).toEqual(["message other", "message keep"]);
  });

  test("another stopped offer stops nothing", () => {
    const stops = { stoppedOffers: new Set(["yoga.monthly/Y3"]) };
    expect(run(rules, {}, stops).deviation).toBeUndefined();
  });

  test("pausing offers leaves messages and switches alone", () => {
    const text = `rules: [{ name: s, when: { productId: yoga.monthly }, respond: { alternateProduct: { message: plain, products: { yoga.monthly: yoga.yearly } } } }]`;
    expect(run(text, {}, { offersPaused: true }).deviation).toBeUndefined();
  });

  test("a rejected text gives way to the next locale's, then to the fallbacks", () => {
    const text = "rules: [{ name: a, respond: { message: keep, fallback: { message: plain } } }]";
    const german = identifier(text, "de-DE");
    const english = identifier(text, "en-US");
    const one = run(text, { userLocale: "de-DE" }, { rejectedMessages: new Set([german]) });
    expect(one).toMatchObject({ deviation: "messageRejected", assigned: { locale: "de-DE" } });
    expect(one.candidates[0]).toMatchObject({ message: "keep", locale: "en-US" });
    const rejectedMessages = new Set([german, english]);
    const both = run(text, { userLocale: "de-DE" }, { rejectedMessages });
    expect(sent(both)).toEqual(["message plain"]);
    expect(both.deviation).toBe("messageRejected");
  });

  test("a rejected default leads to the next locale of its language", () => {
    const text = "rules: []";
    const english = identifier(text, "fr-FR");
    const evaluation = run(text, { userLocale: "fr-FR" }, { rejectedMessages: new Set([english]) });
    expect(evaluation.candidates).toEqual([]);
  });
});

describe("resolveFallback()", () => {
  test("is the flow's fallback in the device's locale, or nothing", () => {
    const prepared = prepareText("rules: []");
    const [fallback] = resolveFallback(prepared, subjectWith({ userLocale: "de-DE" }), NO_STOPS);
    expect(fallback).toMatchObject({ kind: "message", message: "keep", locale: "de-DE" });
    const all = prepared.messages.get("keep")?.identifiers.values() ?? [];
    const rejectedMessages = new Set(all);
    const stops = { ...NO_STOPS, rejectedMessages };
    expect(resolveFallback(prepared, subjectWith(), stops)).toEqual([]);
  });
});

describe("needsSubscriberState()", () => {
  test.each([
    ["{ storefront: USA }", true],
    ["{ not: { any: [{ price: 1 }] } }", true],
    ["{ subscription.previousDecisions: { rule: a, count: 0 } }", true],
    ["{ attributes.vip: true }", true],
    ["{ locale: { language: en } }", false],
    ["{ productPeriod: P1M }", false],
    ["{ requestedAt.hour: 3 }", false],
  ])("of %s is %s", (when, expected) => {
    const text = `rules: [{ name: a, when: { all: [{ productId: yoga.monthly }, ${when}] }, respond: { message: plain } }]`;
    const prepared = prepareText(text);
    expect(needsSubscriberState(prepared, "yoga.monthly")).toBe(expected);
    expect(needsSubscriberState(prepared, "yoga.yearly")).toBe(false);
  });

  test("is true for a cooldown alone", () => {
    const prepared = prepareText(
      "rules: [{ name: a, cooldown: { days: 1 }, respond: { message: plain } }]",
    );
    expect(needsSubscriberState(prepared, "unheard.of")).toBe(true);
  });
});
