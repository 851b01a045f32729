import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import type { AttributeDefinition } from "../evaluate/attributes.ts";
import { parseLocale } from "../evaluate/locale.ts";
import type { Validation } from "./validation.ts";
import type { ValidationIssueCode } from "./validation-code.ts";

/** A value an attribute is compared with. */
export interface ComparedValue {
  readonly attribute: string;
  readonly definition: AttributeDefinition;
  readonly value: unknown;
  readonly path: FlowPath;
}

/** Values that follow a pattern, with an example of it. */
const PATTERNS: ReadonlyMap<string, { readonly pattern: RegExp; readonly expected: string }> =
  new Map([
    ["storefront", { pattern: /^[A-Z]{3}$/, expected: "three letters like USA" }],
    ["currency", { pattern: /^[A-Z]{3}$/, expected: "three letters like EUR" }],
    ["productPeriod", { pattern: /^P[1-9]\d*[DWMY]$/, expected: "a period like P1M" }],
    ["locale.language", { pattern: /^[a-z]{2,3}$/, expected: "a language like en" }],
    ["locale.region", { pattern: /^(?:[A-Z]{2}|\d{3})$/, expected: "a region like US" }],
  ]);

const OWNERSHIP = ["PURCHASED", "FAMILY_SHARED"];
const BILLING_PLANS = ["BILLED_UPFRONT", "MONTHLY"];

/** Checks that a value a rule waits for can ever come: products, groups, closed lists, patterns. */
export function checkAttributeValue(validation: Validation, compared: ComparedValue): void {
  const { attribute, definition, value, path } = compared;
  if (typeof value !== "string") return;
  const report = (message: string, code: ValidationIssueCode = "VALUE_NOT_POSSIBLE") =>
    validation.report({ code, message, path });
  const { catalog } = validation;
  const listed = definition.values ?? closedValues(attribute);
  const pattern = PATTERNS.get(attribute);
  if (listed !== undefined && !listed.includes(value)) {
    report(`${attribute} is never "${value}"${didYouMean(value, listed)}`);
  } else if (pattern !== undefined && !pattern.pattern.test(value)) {
    report(`${attribute} is never "${value}"; expected ${pattern.expected}`);
  } else if (attribute === "locale" && parseLocale(value) === undefined) {
    report(`"${value}" is no locale; expected one like en-US`);
  } else if (attribute === "productId" && catalog !== undefined) {
    checkProduct(validation, value, path);
  } else if (attribute === "subscriptionGroup" && catalog !== undefined) {
    const groups = new Set(catalog.products.map((product) => product.subscriptionGroup));
    if (groups.has(value)) return;
    const message = `there is no subscription group "${value}"${didYouMean(value, groups)}`;
    report(message, "UNKNOWN_SUBSCRIPTION_GROUP");
  }
}

/** Reports a product the catalog does not have; without a catalog nothing is known. */
export function checkProduct(validation: Validation, productId: string, path: FlowPath): boolean {
  const { catalog, products } = validation;
  if (catalog === undefined || products.has(productId)) return true;
  const message = `there is no product "${productId}"${didYouMean(productId, products.keys())}`;
  validation.report({ code: "UNKNOWN_PRODUCT", message, path });
  return false;
}

function closedValues(attribute: string): readonly string[] | undefined {
  if (attribute === "subscription.ownership") return OWNERSHIP;
  return attribute === "subscription.billingPlanType" ? BILLING_PLANS : undefined;
}
