import { expect, test } from "vitest";
import { readStoredAttributes } from "./stored-attributes.ts";

const DECLARED = {
  plan_usage: "number",
  cohort: "string",
  vip: "boolean",
  joined: "date",
  tags: "strings",
} as const;

test.each([
  ["storefront=USA", "storefront", "USA"],
  [`storefront="USA"`, "storefront", "USA"],
  ["storefront=null", "storefront", null],
  [`attributes.cohort="null"`, "attributes.cohort", "null"],
  ["cohort=a=b", "attributes.cohort", "a=b"],
  ["cohort=", "attributes.cohort", ""],
  ["plan_usage=2.5", "attributes.plan_usage", 2.5],
  ["attributes.vip=true", "attributes.vip", true],
  ["joined=2026-01-02", "attributes.joined", Date.UTC(2026, 0, 2)],
  ["tags=a,b", "attributes.tags", ["a", "b"]],
  [`tags=["a,b"]`, "attributes.tags", ["a,b"]],
  ["tags=", "attributes.tags", []],
  ["subscription.tenureDays=90", "subscription.tenureDays", 90],
])("readStoredAttributes() reads %s", (written, name, value) => {
  expect(readStoredAttributes([written], DECLARED)).toEqual({ [name]: value });
});

test.each([
  ["storefront", "expected name=value"],
  ["=USA", "expected name=value"],
  ["plan_usage=two", "attributes.plan_usage: expected a number, got two"],
  ["plan_usage= ", "expected a number"],
  ["vip=yes", "expected true or false"],
  ["joined=yesterday", "expected a date like"],
  ["tags=[1]", "expected a list of texts"],
  ["locale=en-US", "locale comes from the request: see --product, --locale"],
  ["productLevel=1", "productLevel comes from the catalog"],
  ["cohrt=x", "there is no attribute cohrt; there is attributes.plan_usage, attributes.cohort"],
  ["toString=x", "there is no attribute toString"],
])("readStoredAttributes() refuses %s", (written, message) => {
  expect(() => readStoredAttributes([written], DECLARED)).toThrow(message);
});
