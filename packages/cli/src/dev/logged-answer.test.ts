import { expect, test } from "vitest";
import { parseLoggedAnswer } from "./logged-answer.ts";

const LOGGED = {
  level: "info",
  app: "yoga",
  environment: "sandbox",
  status: 200,
  latencyMs: 4.2,
  requestIdentifier: "6f1f8a1c-7d1b-4c0c-9d0e-1d7b1f0a5c33",
  productId: "yoga.monthly",
  msg: "answered",
};

test.each([
  [
    "a message by an arm",
    { source: "rule", rule: "test", arm: "a", response: "message", message: "keep" },
    {
      source: "rule",
      rule: "test",
      experiment: { arm: "a" },
      delivered: { kind: "message", message: "keep" },
    },
  ],
  [
    "an offer",
    { source: "rule", rule: "win", response: "promotionalOffer", message: "free", offer: "Y3" },
    {
      source: "rule",
      rule: "win",
      delivered: { kind: "promotionalOffer", message: "free", offerIdentifier: "Y3" },
    },
  ],
  ["nothing that was left to send", { source: "fallback" }, { source: "fallback" }],
])("parseLoggedAnswer() reads %s", (_, fields, decision) => {
  const { requestIdentifier } = LOGGED;
  expect(parseLoggedAnswer(JSON.stringify({ ...LOGGED, ...fields }))).toEqual({
    outcome: "answered",
    decision: { requestIdentifier, ...decision },
  });
});

test("parseLoggedAnswer() keeps why a fallback was sent", () => {
  const fields = { source: "rule", rule: "win", msg: "fallback", code: "signingFailed" };
  expect(parseLoggedAnswer(JSON.stringify({ ...LOGGED, ...fields }))).toMatchObject({
    outcome: "fallback",
    code: "signingFailed",
  });
});

test.each([
  ["a refused request", '{"level":"info","status":403,"code":"APP_MISMATCH","msg":"refused"}'],
  ["another event", '{"level":"info","app":"yoga","label":"yoga_1","msg":"live"}'],
  ["what is no JSON", "workerd/server/server.c++: warning"],
  ["what begins as JSON alone", "{ broken"],
])("parseLoggedAnswer() passes over %s", (_, line) => {
  expect(parseLoggedAnswer(line)).toBeUndefined();
});
