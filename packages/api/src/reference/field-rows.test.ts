import { describe, expect, test } from "vitest";
import { boundsOf, fieldRows } from "./field-rows.ts";

const COMPONENTS = {
  Item: {
    type: "object",
    properties: { id: { type: "string", maxLength: 5, description: "Its id." } },
    required: ["id"],
    description: "An item.",
  },
};

describe("fieldRows()", () => {
  test("has the fields of objects, of lists and of what references lead to", () => {
    const schema = {
      type: "object",
      properties: {
        items: { type: "array", items: { $ref: "#/components/schemas/Item" }, maxItems: 9 },
        first: { $ref: "#/components/schemas/Item", description: "The first." },
        counts: { type: "object", additionalProperties: { type: "integer" }, maxProperties: 3 },
        who: { anyOf: [{ const: "all" }, { enum: ["a", "b"] }] },
      },
      required: ["items"],
    };
    expect(
      fieldRows(schema, COMPONENTS).map(({ path, type, isRequired, description, bounds }) =>
        [path, type, isRequired, description, bounds].join(" / "),
      ),
    ).toEqual([
      "items / list of object / true /  / up to 9 entries",
      "items[].id / string / true / Its id. / up to 5 characters",
      "first / object / false / The first. / ",
      "first.id / string / true / Its id. / up to 5 characters",
      "counts / object / false /  / up to 3 members",
      'who / "all" | "a" | "b" / false /  / ',
    ]);
  });
});

describe("boundsOf()", () => {
  test.each([
    [{ minLength: 1, maxLength: 120 }, "up to 120 characters"],
    [{ minLength: 12, maxLength: 256 }, "12 to 256 characters"],
    [{ minLength: 64, maxLength: 64 }, "64 characters"],
    [{ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, "from 1"],
    [{ minimum: 0, maximum: 5, default: 0 }, "0 to 5; default 0"],
    [{ minItems: 1, maxItems: 32 }, "up to 32 entries"],
    [{}, ""],
  ])("says %j as %s", (schema, words) => {
    expect(boundsOf(schema)).toBe(words);
  });
});
