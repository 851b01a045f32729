import type { Catalog, CatalogProduct } from "../catalog/catalog.ts";
import type { ReviewStates } from "../catalog/review-states.ts";
import { hasErrors } from "../document/flow-issue.ts";
import type { FlowPositions } from "../document/flow-issue.ts";
import type { FlowDocument } from "../document/flow-schema.ts";
import { BUCKETING_HASH_VERSION, partsOfPercent } from "../evaluate/bucketing.ts";
import type { FlowEnvironment } from "../evaluate/subject.ts";
import type { ImageHashes } from "../identifiers/content-identifiers.ts";
import { SNAPSHOT_FORMAT } from "../snapshot/snapshot.ts";
import type { Snapshot, SnapshotProduct, SnapshotRule } from "../snapshot/snapshot.ts";
import { validateFlow } from "../validate/validate-flow.ts";
import { compileMessages } from "./compile-messages.ts";
import { plainMessage } from "./compile-response.ts";
import { compileRule, exclusionRanges, orderedRules } from "./compile-rule.ts";
import { effectiveFlow } from "./effective-flow.ts";
import { FlowInvalidError } from "./flow-invalid-error.ts";
import { ProductPossibility } from "./possible-products.ts";

/** What a flow is compiled with. */
export interface CompileOptions {
  readonly environment: FlowEnvironment;
  /** What App Store Connect knows; without it products and offers are taken on trust. */
  readonly catalog?: Catalog | undefined;
  /** What Apple has approved in this environment; without them everything is taken for approved. */
  readonly reviewStates?: ReviewStates | undefined;
  /** Hashes of image files. Needed for messages with images that have no `id`. */
  readonly images?: ImageHashes | undefined;
  /** For the places of issues. */
  readonly positions?: FlowPositions | undefined;
}

/**
 * Compiles a document into the snapshot of one environment. Deterministic: the same document,
 * catalog, review states and image hashes give the same canonical bytes, whatever the order of keys.
 *
 * @throws FlowInvalidError `FLOW_INVALID` with all issues, when validation finds an error
 */
export function compileFlow(document: FlowDocument, options: CompileOptions): Snapshot {
  // Without hashes an image's identifier cannot be derived, so every image file counts as missing.
  const issues = validateFlow(document, {
    ...options,
    images: options.images ?? (() => undefined),
  });
  if (hasErrors(issues)) throw new FlowInvalidError(issues);
  return compileValidFlow(document, options);
}

/** Compiles a document that is known to be valid. */
export function compileValidFlow(document: FlowDocument, options: CompileOptions): Snapshot {
  const { environment, catalog } = options;
  const { messages } = effectiveFlow(document, environment);
  const { holdout } = document;
  const snapshot: Snapshot = {
    format: SNAPSHOT_FORMAT,
    app: document.app,
    ...(catalog?.appAppleId === undefined ? {} : { appAppleId: catalog.appAppleId }),
    environment,
    hashVersion: BUCKETING_HASH_VERSION,
    attributes: { ...document.attributes },
    products: Object.fromEntries(
      catalog?.products.map((product) => [product.productId, productFacts(product)]) ?? [],
    ),
    messages: compileMessages(messages, { bundleId: document.app, ...options }),
    rollouts: Object.fromEntries(
      Object.entries(document.rollouts ?? {}).map(([name, { percent }]) => [
        name,
        partsOfPercent(percent),
      ]),
    ),
    ...(holdout === undefined
      ? {}
      : {
          holdout: {
            key: holdout.key,
            parts: partsOfPercent(holdout.percent),
            respond: plainMessage(holdout.respond.message),
          },
        }),
    rules: compileRules(document),
    fallback: plainMessage(document.fallback.message),
  };
  return { ...snapshot, rules: indexedRules(snapshot) };
}

/** Compiles every rule in the order of trying, not yet indexed by product. */
function compileRules(document: FlowDocument): readonly SnapshotRule[] {
  const declared = new Map(Object.entries(document.attributes ?? {}));
  const exclusions = exclusionRanges(document.exclusionGroups);
  return orderedRules(document.rules).map((rule) => compileRule(rule, { declared, exclusions }));
}

function productFacts(product: CatalogProduct): SnapshotProduct {
  const { subscriptionGroup, level, period, promotionalOffers } = product;
  const offers = promotionalOffers.map(({ offerIdentifier }) => offerIdentifier).sort();
  return { subscriptionGroup, level, period, offers };
}

/** Adds to each rule the products it can hold for, and leaves out rules that hold for none. */
function indexedRules(snapshot: Snapshot): readonly SnapshotRule[] {
  const possibility = new ProductPossibility(snapshot);
  const named = [...namedProducts(snapshot)].sort();
  return snapshot.rules.flatMap((rule) => {
    const possibilityFor = possibility.of(rule.when);
    const isPossible = (product: string | undefined) => possibilityFor(product) !== "never";
    if (!isPossible(undefined)) {
      const products = named.filter(isPossible);
      return products.length === 0 ? [] : [withProducts(rule, { products })];
    }
    const exceptProducts = named.filter((product) => !isPossible(product));
    return [exceptProducts.length === 0 ? rule : withProducts(rule, { exceptProducts })];
  });
}

function withProducts(
  { name, ...rest }: SnapshotRule,
  products: Pick<SnapshotRule, "products" | "exceptProducts">,
): SnapshotRule {
  return { name, ...products, ...rest };
}

/** Every product that the catalog or a condition names. */
function namedProducts(snapshot: Snapshot): ReadonlySet<string> {
  const names = new Set(Object.keys(snapshot.products));
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("attribute" in value && value.attribute === "productId" && "value" in value) {
      const operand: unknown = value.value;
      for (const name of Array.isArray(operand) ? operand : [operand]) {
        if (typeof name === "string") names.add(name);
      }
    }
    for (const child of Object.values(value)) visit(child);
  };
  for (const rule of snapshot.rules) visit(rule.when);
  return names;
}
