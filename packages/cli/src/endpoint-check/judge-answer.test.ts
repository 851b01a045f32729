import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAnswer } from "./judge-answer.ts";
import type { Answer } from "./post-once.ts";

const GOOD = JSON.stringify({
  message: { messageIdentifier: "3db5c98d-8acf-4e29-831e-8e1f82f9f6e9" },
});

function answer(
  changes: Partial<Omit<Answer, "body">> & { readonly body?: string | Buffer },
): Answer {
  const { body = GOOD, ...rest } = changes;
  return {
    status: 200,
    contentType: "application/json; charset=utf-8",
    location: undefined,
    latencyMs: 1,
    isReused: false,
    ...rest,
    body: Buffer.from(body),
  };
}

/** Flaws as `status CODE`. */
function flawsOf(changes: Parameters<typeof answer>[0]): readonly string[] {
  return judgeAnswer(answer(changes)).flaws.map(({ status, code }) => `${status} ${code}`);
}

test("judgeAnswer() finds nothing wrong with what Apple takes, and tells its kind", () => {
  expect(judgeAnswer(answer({}))).toMatchObject({ kind: "message", flaws: [] });
});

describe("judgeAnswer() tells of", () => {
  test.each<[string, Parameters<typeof answer>[0], readonly string[]]>([
    ["another status", { status: 201 }, ["fail STATUS"]],
    ["a redirect", { status: 302, location: "https://example.com" }, ["fail STATUS"]],
    ["no answer from the application", { status: 503, body: "" }, ["fail STATUS"]],
    ["no body", { body: "" }, ["fail BODY"]],
    ["two members", { body: '{"message":{},"alternateProduct":{}}' }, ["fail BODY"]],
    ["an uppercase identifier", { body: GOOD.toUpperCase() }, ["fail BODY"]],
    ["bytes that are no UTF-8", { body: Buffer.from([0x7b, 0xff, 0x7d]) }, ["fail BODY"]],
    ["another charset", { contentType: "application/json; charset=latin1" }, ["fail CONTENT_TYPE"]],
    ["another type", { contentType: "text/plain" }, ["warn CONTENT_TYPE"]],
    ["no type", { contentType: undefined }, ["warn CONTENT_TYPE"]],
    ["a large body", { body: GOOD + " ".repeat(20_000) }, ["warn SIZE"]],
  ])("%s", (_, changes, expected) => {
    expect(flawsOf(changes)).toEqual(expected);
  });

  test("a connection that ended", () => {
    const { flaws } = judgeAnswer({ failure: "ECONNRESET", latencyMs: 1 });
    expect(flaws).toEqual([
      { code: "NO_ANSWER", status: "fail", message: "no whole answer: ECONNRESET" },
    ]);
  });
});

test.each([
  "application/json",
  "application/json;charset=UTF8",
  'application/json; charset="utf-8"',
])("judgeAnswer() takes the type %s", (contentType) => {
  expect(flawsOf({ contentType })).toEqual([]);
});

test("judgeAnswer() throws for no answer, and never shows what is in it", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (secret) => {
      const body = `${secret}hidden-${secret}`;
      for (const { message } of judgeAnswer(answer({ body })).flaws) {
        expect(message).not.toContain("hidden-");
      }
    }),
  );
});
