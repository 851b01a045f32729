import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReviewStates } from "../catalog/index.ts";
import { parseFlowValue } from "../document/index.ts";
import type { FlowDocument, FlowIssue } from "../document/index.ts";
import { messageIdentifier } from "../identifiers/index.ts";
import { canonicalJson, parseSnapshot } from "../snapshot/index.ts";
import { arbitraryRules } from "../testing/arbitrary-flows.ts";
import { compileText, HEAD, readFlow, YOGA_CATALOG } from "../testing/flow-fixtures.ts";
import { compileFlow, compileValidFlow } from "./compile-flow.ts";
import { effectiveFlow } from "./effective-flow.ts";
import { FlowInvalidError } from "./flow-invalid-error.ts";

const options = { environment: "production", catalog: YOGA_CATALOG } as const;

/** The same value with the members of every object in another order. */
function shuffled(value: unknown, order: (count: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, member]) => [name, shuffled(member, order)] as const,
  );
  const at = entries.length === 0 ? 0 : order(entries.length);
  return Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)].reverse());
}

/** The canonical bytes of a document's snapshot. */
function compileBytes(value: unknown): string {
  const parsed = parseFlowValue(value);
  if (!parsed.ok) throw new Error(parsed.issues[0]?.message);
  return canonicalJson(compileValidFlow(parsed.document, options));
}

/** The issues that keep a flow from being compiled. */
function issuesOf(compile: () => unknown): readonly FlowIssue[] {
  try {
    compile();
    return [];
  } catch (error) {
    return error instanceof FlowInvalidError ? error.issues : [];
  }
}

describe("compileFlow()", () => {
  test("gives the same bytes whatever the order of keys", () => {
    const base = readFlow(`${HEAD}rollouts: { half: { percent: 50 }, tenth: { percent: 10 } }
holdout: { key: h, percent: 5, respond: { message: keep } }
rules: []`);
    fc.assert(
      fc.property(arbitraryRules, fc.nat(), (rules, seed) => {
        const document = { ...base, rules };
        expect(compileBytes(shuffled(document, (count) => seed % count))).toBe(
          compileBytes(document),
        );
      }),
    );
  });

  test("gives what parseSnapshot accepts", () => {
    const snapshot = compileText(
      "rules: [{ name: a, when: { locale: de_AT }, respond: { message: plain } }]",
    );
    expect(parseSnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
  });

  test("throws all issues when the flow has errors", () => {
    const document = readFlow(
      `${HEAD}rules: [{ name: a, respond: { message: plian } }, { name: b, respond: { message: kepe } }]`,
    );
    const compile = () => compileFlow(document, options);
    expect(compile).toThrow(FlowInvalidError);
    expect(compile).toThrow(expect.objectContaining({ code: "FLOW_INVALID" }) as Error);
    const issues = issuesOf(compile);
    expect(issues.filter(({ code }) => code === "UNKNOWN_MESSAGE")).toHaveLength(2);
  });

  test("never derives an identifier without the image's bytes", () => {
    const document = readFlow(
      `${HEAD}rules: []`.replace(
        "body: Please stay.",
        "body: Please stay., image: { file: a.png, alt: a }",
      ),
    );
    expect(() => compileFlow(document, options)).toThrow(/there is no image "a\.png"/);
    expect(() => compileFlow(document, { ...options, images: () => "00" })).not.toThrow();
  });

  test("spells short forms out", () => {
    const { rules } = compileText(`rules:
  - { name: a, when: { productId: yoga.yearly }, respond: { promotionalOffer: { message: plain, offers: { yoga.yearly: Y3 } } } }
  - { name: b, when: { productId: yoga.monthly }, respond: { alternateProduct: { message: plain, products: { yoga.monthly: yoga.yearly } } } }`);
    expect(rules[0]).toEqual({
      name: "a",
      products: ["yoga.yearly"],
      when: { attribute: "productId", operator: "equals", value: "yoga.yearly" },
      respond: {
        kind: "promotionalOffer",
        message: "plain",
        signature: "v2",
        offers: { "yoga.yearly": { product: "yoga.yearly", offer: "Y3" } },
      },
    });
    expect(rules[1]?.respond).toMatchObject({
      products: { "yoga.monthly": { product: "yoga.yearly" } },
    });
  });

  test("leaves texts out that Apple has not approved", () => {
    const document = readFlow(`${HEAD}rules: []`);
    const german = document.messages["keep"]?.locales["de-DE"];
    const id = german && messageIdentifier(german, { bundleId: document.app });
    const reviewStates: ReviewStates = { messages: { [id ?? ""]: "APPROVED" }, images: {} };
    const { messages } = compileFlow(document, { ...options, reviewStates });
    expect(messages).toEqual({
      keep: { defaultLocale: "en-US", locales: { "de-DE": id } },
      plain: { defaultLocale: "en-US", locales: {} },
    });
  });

  test("approving a text only adds it: everything else stays the same bytes", () => {
    const document = readFlow(`${HEAD}rules: [{ name: a, respond: { message: keep } }]`);
    const ids = Object.values(document.messages["keep"]?.locales ?? {}).map(
      (text) => messageIdentifier(text, { bundleId: document.app }) ?? "",
    );
    const compileWith = (approved: readonly string[]) => {
      const messages = Object.fromEntries(approved.map((id) => [id, "APPROVED"]));
      return compileFlow(document, { ...options, reviewStates: { messages, images: {} } });
    };
    const { messages: _less, ...before } = compileWith(ids.slice(0, 1));
    const { messages: _more, ...after } = compileWith(ids);
    expect(canonicalJson(after)).toBe(canonicalJson(before));
  });

  test("keeps salts out of reach of versions: nothing but keys decides buckets", () => {
    const one = compileText(
      "rules: [{ name: a, experiment: { key: e, arms: [{ name: x, weight: 1, respond: { message: keep } }] } }]",
    );
    expect(one.rules[0]?.experiment).toEqual({
      key: "e",
      arms: [{ name: "x", weight: 1, respond: { kind: "message", message: "keep" } }],
    });
  });
});

describe("effectiveFlow()", () => {
  const document: FlowDocument = readFlow(`${HEAD}realtimeUrl: 'https://example.com/\${environment}'
rules: []
defaults: [{ message: keep, products: all, locales: all }]
environments:
  sandbox:
    defaults: [{ message: plain, products: all, locales: [en-US] }]
    messages: { plain: { defaultLocale: en-US, locales: { en-US: { id: 551ee7c0-c097-418e-9dd5-2a98533a7390 } } } }
`);

  test("puts the overlay in place of the document's parts", () => {
    const sandbox = effectiveFlow(document, "sandbox");
    expect(sandbox.realtimeUrl).toBe("https://example.com/sandbox");
    expect(sandbox.defaults[0]?.message).toBe("plain");
    expect(sandbox.messages["plain"]?.locales["en-US"]?.id).toBe(
      "551ee7c0-c097-418e-9dd5-2a98533a7390",
    );
    expect(sandbox.messages["keep"]).toBe(document.messages["keep"]);
  });

  test("leaves the other environment alone", () => {
    const production = effectiveFlow(document, "production");
    expect(production.realtimeUrl).toBe("https://example.com/production");
    expect(production.defaults[0]?.message).toBe("keep");
    expect(production.messages["plain"]?.locales["en-US"]?.header).toBe("An offer");
  });

  test("compiles to different snapshots", () => {
    const identifiers = (["sandbox", "production"] as const).map(
      (environment) =>
        compileFlow(document, { ...options, environment }).messages["plain"]?.locales,
    );
    expect(identifiers[0]).not.toEqual(identifiers[1]);
  });
});
