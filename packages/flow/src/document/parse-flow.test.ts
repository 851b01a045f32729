import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEAD } from "../testing/flow-fixtures.ts";
import { parseFlow, parseFlowValue } from "./parse-flow.ts";

const issuesOf = (text: string, files: Record<string, string> = {}) =>
  parseFlow(text, { fileName: "flow.yaml", includes: (path) => files[path] }).issues.map(
    ({ code, line, column, file, message }) => `${file}:${line}:${column} ${code} ${message}`,
  );

describe("parseFlow() reports", () => {
  test.each([
    [
      "an unknown key with the one that was meant",
      `${HEAD}rules: []\nholdouts: {}\n`,
      'flow.yaml:9:1 UNKNOWN_KEY unknown key "holdouts"; did you mean "holdout"?',
    ],
    [
      "an unknown key of a response",
      `${HEAD}rules: [{ name: a, respond: { mesage: keep } }]`,
      'flow.yaml:8:31 UNKNOWN_KEY unknown key "mesage"; did you mean "message"?',
    ],
    [
      "an unknown operator",
      `${HEAD}rules: [{ name: a, when: { price: { min: 3 } }, respond: { message: keep } }]`,
      'flow.yaml:8:37 UNKNOWN_KEY unknown key "min"; did you mean "in"?',
    ],
    [
      "a missing key",
      `${HEAD}rules: [{ respond: { message: keep } }]`,
      'flow.yaml:8:9 MISSING_KEY the key "name" is missing',
    ],
    [
      "a value of another type",
      `${HEAD}rules: [{ name: a, cooldown: { days: many }, respond: { message: keep } }]`,
      "flow.yaml:8:38 WRONG_TYPE expected a number, got a text",
    ],
    [
      "a value of no possible type",
      `${HEAD}rules: [{ name: a, when: { storefront: [USA] }, respond: { message: keep } }]`,
      "flow.yaml:8:40 WRONG_TYPE expected a text or an object, got a list",
    ],
    [
      "a value that is not allowed",
      HEAD.replace("version: 1", "version: 2") + "rules: []",
      "flow.yaml:1:10 INVALID_VALUE expected 1, got 2",
    ],
    [
      "a name that is none",
      `${HEAD}rules: [{ name: 'a b', respond: { message: keep } }]`,
      "flow.yaml:8:17 INVALID_VALUE expected a letter, then letters, digits, _ or -, at most 64 in all",
    ],
    [
      "a message's name that is none",
      `${HEAD}rules: []`.replace("plain:", "'pl ain':"),
      'flow.yaml:6:3 INVALID_VALUE the name "pl ain": expected a letter, then letters, digits, _ or -, at most 64 in all',
    ],
    [
      "a date that is none",
      `${HEAD}rules: [{ name: a, schedule: { from: 2026-02-30 }, respond: { message: keep } }]`,
      "flow.yaml:8:38 INVALID_VALUE expected a date that exists",
    ],
    [
      "a local time",
      `${HEAD}rules: [{ name: a, schedule: { from: '2026-02-03T10:00' }, respond: { message: keep } }]`,
      "flow.yaml:8:38 INVALID_VALUE expected a date like 2026-12-01 or 2026-12-01T09:00:00Z",
    ],
    [
      "two responses",
      `${HEAD}rules: [{ name: a, respond: { message: keep, deferToApple: {} } }]`,
      "flow.yaml:8:29 INVALID_VALUE expected exactly one of message, alternateProduct, promotionalOffer, advancedCommerceInfo, deferToApple",
    ],
    [
      "a rule that answers nothing",
      `${HEAD}rules: [{ name: a }]`,
      "flow.yaml:8:9 INVALID_VALUE expected either respond or experiment",
    ],
    [
      "deferring with a fallback",
      `${HEAD}rules: [{ name: a, respond: { deferToApple: {}, fallback: { message: keep } } }]`,
      "flow.yaml:8:29 INVALID_VALUE deferToApple has no fallback: it is always possible",
    ],
    [
      "an empty condition",
      `${HEAD}rules: [{ name: a, when: {}, respond: { message: keep } }]`,
      "flow.yaml:8:26 INVALID_VALUE expected at least one test; leave the condition out when there is none",
    ],
    [
      "more decimals than buckets",
      `${HEAD}rules: []\nholdout: { key: h, percent: 1.0001, respond: { message: keep } }`,
      "flow.yaml:9:29 INVALID_VALUE expected at most three decimals",
    ],
    [
      "half a text",
      `${HEAD}rules: []`.replace(", body: For you.", ""),
      "flow.yaml:6:52 INVALID_VALUE expected header and body, or only the id of a text uploaded elsewhere",
    ],
  ])("%s", (_what, text, expected) => {
    const issues = issuesOf(text);
    expect(issues).toContain(expected);
  });

  test("a missing fallback under its own code", () => {
    const text = HEAD.replace("fallback: { message: keep }\n", "rules: []\n");
    expect(issuesOf(text)).toEqual([
      'flow.yaml:1:1 MISSING_FALLBACK the flow needs a fallback, like "fallback: { message: keep }"',
    ]);
  });

  test("everything at once", () => {
    const text = `${HEAD}colour: red\nrules:\n  - { name: 1 }\n  - { name: b, respond: { massage: keep }, whn: {} }\n`;
    expect(issuesOf(text).map((issue) => issue.split(" ")[1])).toEqual([
      "UNKNOWN_KEY",
      "WRONG_TYPE",
      "UNKNOWN_KEY",
      "UNKNOWN_KEY",
    ]);
  });
});

describe("parseFlow() with message files", () => {
  const text = `${HEAD}messageFiles: [messages/fr.yaml]\nrules: []\n`;
  const french =
    "merci:\n  defaultLocale: fr-FR\n  locales: { fr-FR: { header: Merci, body: Restez. } }\n";

  test("merges them, with places in their own files", () => {
    const parsed = parseFlow(text, {
      fileName: "flow.yaml",
      includes: (path) => (path === "messages/fr.yaml" ? french : undefined),
    });
    expect(parsed.ok && Object.keys(parsed.document.messages)).toEqual(["keep", "plain", "merci"]);
    expect(parsed.ok && "messageFiles" in parsed.document).toBe(false);
    const at = parsed.positions.locate(["messages", "merci", "locales", "fr-FR", "body"]);
    expect(at).toEqual({ line: 3, column: 44, file: "messages/fr.yaml" });
    expect(parsed.positions.locate(["messages", "keep"])).toMatchObject({ file: "flow.yaml" });
  });

  test.each([
    [{}, 'flow.yaml:8:16 FILE_NOT_FOUND there is no file "messages/fr.yaml"'],
    [
      { "messages/fr.yaml": french.replace("merci", "keep") },
      'messages/fr.yaml:1:1 DUPLICATE_MESSAGE the message "keep" is there twice',
    ],
    [
      { "messages/fr.yaml": french.replace("header", "haeder") },
      'messages/fr.yaml:3:23 UNKNOWN_KEY unknown key "haeder"; did you mean "header"?',
    ],
    [{ "messages/fr.yaml": "a: [" }, "messages/fr.yaml:1:5 DOCUMENT_SYNTAX"],
  ])("reports what is wrong with them: %#", (files, expected) => {
    expect(issuesOf(text, files).join("\n")).toContain(expected);
  });

  test.each(["../x.yaml", "/etc/passwd", "a/../../x", "C:\\x", "https://example.com/x"])(
    "never asks for %s",
    (path) => {
      const asked: string[] = [];
      const includes = (file: string) => {
        asked.push(file);
        return french;
      };
      const parsed = parseFlow(`${HEAD}messageFiles: ['${path}']\nrules: []`, { includes });
      expect(parsed.issues.map(({ code }) => code)).toEqual(["FILE_PATH"]);
      expect(asked).toEqual([]);
    },
  );
});

describe("parseFlowValue()", () => {
  test("checks plain values, with paths and no places", () => {
    const { issues } = parseFlowValue({ version: 1, app: "a", rules: [{ name: "x", respnd: 1 }] });
    expect(issues).toContainEqual({
      code: "UNKNOWN_KEY",
      severity: "error",
      message: 'unknown key "respnd"; did you mean "respond"?',
      path: ["rules", 0, "respnd"],
    });
  });
});

describe("parseFlow() under mutation", () => {
  const base = `${HEAD}rollouts: { half: { percent: 50 } }
rules:
  - name: a
    schedule: { from: 2026-12-01 }
    when: { productId: yoga.monthly, any: [{ storefront: { in: [USA] } }, { rollout: half }], subscription.previousDecisions: { rule: a, count: 0 } }
    cooldown: { days: 3 }
    experiment: { key: e, traffic: 20, arms: [{ name: x, weight: 1, respond: { promotionalOffer: { message: plain, offers: { a: b } } } }] }
`;

  test("never throws, and never says a flow is right without a document", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        ":",
        "-",
        "&a",
        "*a",
        "!x",
        "null",
        "__proto__: 1",
        "\n",
        "  ",
        "0x",
        "1e999",
        "|\n",
      ),
      fc.string({ maxLength: 4 }),
    );
    const position = fc.nat({ max: base.length });
    fc.assert(
      fc.property(position, fc.nat({ max: 12 }), piece, (at, remove, insert) => {
        const text = base.slice(0, at) + insert + base.slice(at + remove);
        const parsed = parseFlow(text, { fileName: "f.yaml" });
        expect(parsed.ok).toBe(parsed.document !== undefined);
        expect(parsed.ok).toBe(parsed.issues.length === 0);
        for (const { line, column, code, message } of parsed.issues) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(code).toMatch(/^[A-Z_]+$/);
          expect(message).not.toBe("");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("takes any plain value", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        expect(parseFlowValue(value).ok).toBe(false);
      }),
    );
  });
});
