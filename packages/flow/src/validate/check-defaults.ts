import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { EffectiveFlow } from "../compile/effective-flow.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import { checkProduct } from "./check-attribute-value.ts";
import type { Validation } from "./validation.ts";

/** How many locales an issue lists before it only counts them. */
const MAX_LISTED = 8;

/**
 * Warns of products and locales without a default message: there Apple shows no message, whatever
 * we answer. Whether it still asks is unconfirmed.
 */
export function checkDefaults(validation: Validation): void {
  checkDefaultProducts(validation);
  for (const flow of validation.effectiveFlows) {
    const configured = configuredLocales(validation, flow);
    const gaps = [...validation.products.keys()].map((productId) => {
      const has = configured.get(productId) ?? new Set<string>();
      return { productId, missing: APP_STORE_LOCALES.filter((locale) => !has.has(locale)) };
    });
    for (const same of Map.groupBy(gaps, ({ missing }) => missing.join(" ")).values()) {
      const productIds = same.map(({ productId }) => productId);
      const missing = same[0]?.missing ?? [];
      if (missing.length > 0) reportMissing(validation, { productIds, missing, flow });
    }
  }
}

function placeOf({ document }: Validation, { environment }: EffectiveFlow): FlowPath {
  return document.environments?.[environment]?.defaults === undefined
    ? ["defaults"]
    : ["environments", environment, "defaults"];
}

function checkDefaultProducts(validation: Validation): void {
  const { document, environments } = validation;
  const lists: readonly (readonly [FlowPath, typeof document.defaults])[] = [
    [["defaults"], document.defaults],
    ...environments.map(
      (environment) =>
        [
          ["environments", environment, "defaults"],
          document.environments?.[environment]?.defaults,
        ] as const,
    ),
  ];
  for (const [path, defaults = []] of lists) {
    for (const [index, { products }] of defaults.entries()) {
      if (products === "all") continue;
      for (const [at, productId] of products.entries()) {
        checkProduct(validation, productId, [...path, index, "products", at]);
      }
    }
  }
}

/** What Apple has, when that is known for this environment; else what the flow will configure. */
function configuredLocales(
  validation: Validation,
  { defaults, environment }: EffectiveFlow,
): ReadonlyMap<string, Set<string>> {
  const configured = new Map<string, Set<string>>();
  const add = (productId: string, locale: string) => {
    const locales = configured.get(productId) ?? new Set();
    configured.set(productId, locales.add(locale));
  };
  const known = validation.options.reviewStates?.defaults;
  if (known !== undefined && environment === validation.options.environment) {
    for (const { productId, locale } of known) add(productId, locale);
    return configured;
  }
  for (const { products, locales } of defaults) {
    const productIds = products === "all" ? [...validation.products.keys()] : products;
    for (const productId of productIds) {
      for (const locale of locales === "all" ? APP_STORE_LOCALES : locales) add(productId, locale);
    }
  }
  return configured;
}

interface Missing {
  readonly productIds: readonly string[];
  readonly missing: readonly string[];
  readonly flow: EffectiveFlow;
}

function reportMissing(validation: Validation, { productIds, missing, flow }: Missing): void {
  const more = missing.length > MAX_LISTED ? ` and ${missing.length - MAX_LISTED} more` : "";
  const locales = `${missing.slice(0, MAX_LISTED).join(", ")}${more}`;
  validation.report({
    code: "DEFAULT_MISSING",
    message: `no default message in ${flow.environment} for ${productIds.join(", ")} in ${locales}: Apple shows no message there, whatever is answered`,
    path: placeOf(validation, flow),
    severity: "warning",
  });
}
