import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { flowJsonSchema, FLOW_SCHEMA_ID } from "./json-schema.ts";

const FILE = new URL("../../schema/flow-v1.schema.json", import.meta.url);

type Schema = Readonly<Record<string, unknown>>;

describe("flowJsonSchema()", () => {
  test("is the file in schema/", () => {
    expect(flowJsonSchema()).toEqual(JSON.parse(readFileSync(FILE, "utf8")));
  });

  test("is draft 2020-12 with an identity", () => {
    expect(flowJsonSchema()).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: FLOW_SCHEMA_ID,
      additionalProperties: false,
    });
  });

  test("describes every member of every object", () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      const properties = (schema as Schema)["properties"];
      if (typeof properties === "object" && properties !== null) {
        for (const [name, member] of Object.entries(properties) as [string, Schema][]) {
          const isReference = "$ref" in member || "allOf" in member;
          if (!("description" in member) && !isReference) undescribed.push(`${path}.${name}`);
        }
      }
      for (const [name, child] of Object.entries(schema)) visit(child, `${path}.${name}`);
    };
    visit(flowJsonSchema(), "");
    expect(undescribed).toEqual([]);
  });

  test("leaves conditions open for the team's own attributes only", () => {
    const schema = JSON.stringify(flowJsonSchema());
    expect(schema).toContain('"patternProperties":{"^attributes\\\\.":');
    expect(schema).not.toContain('"additionalProperties":{"description":"A test of one');
  });
});
