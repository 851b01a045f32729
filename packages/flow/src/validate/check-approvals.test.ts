import { describe, expect, test } from "vitest";
import { parseFlow } from "../document/index.ts";
import { messageIdentifier } from "../identifiers/index.ts";
import { validateFlow } from "./validate-flow.ts";
import type { ValidateOptions } from "./validation.ts";
import { HEAD, readFlow, YOGA_CATALOG } from "../testing/flow-fixtures.ts";
import { text, validate } from "../testing/marked-flow.ts";

const states = (messages: Record<string, string>) => ({ messages, images: {} });

const image = (state: string) => ({ "551ee7c0-c097-418e-9dd5-2a98533a7390": state });

const defaults = (flowText: string, options: ValidateOptions = {}) => {
  const parsed = parseFlow(flowText);
  if (!parsed.ok) throw new Error("not a flow");
  const all = { catalog: YOGA_CATALOG, positions: parsed.positions, ...options };
  return validateFlow(parsed.document, all)
    .filter(({ code }) => code === "DEFAULT_MISSING")
    .map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe("validateFlow() with what Apple has", () => {
  const flow = `${HEAD}rules: []\n`;
  const id = (locale: string) => {
    const written = readFlow(flow).messages["keep"]?.locales[locale];
    if (written === undefined) throw new Error("no such text");
    return messageIdentifier(written, { bundleId: "com.example.yoga" }) ?? "";
  };

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
    const approved = { messages, images: image("APPROVED") };
    expect(validate(pictured, { reviewStates: approved, environment })).toEqual([]);
    const pending = { messages, images: image("PENDING") };
    expect(validate(pictured, { reviewStates: pending, environment })).toHaveLength(2);
  });

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
    [
      "'https://exa mple.com/${environment}'",
      "» error REALTIME_URL_INVALID the URL has characters that none may have; write them as %XX, a host of other letters as xn--…",
    ],
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
