import { emulatorError } from "../../errors/index.ts";
import type { AppDefinition } from "../app-definition.ts";
import { offerPrice, type Price, regularPrice } from "../prices.ts";
import { findProduct, type ProductInGroup } from "../world.ts";
import { type Subscription, takenOffer, type TakenOffer } from "./subscription.ts";

/** What one period is: of which product, how long, for how much. */
export interface Terms {
  readonly product: ProductInGroup;
  /** ISO 8601. */
  readonly period: string;
  readonly price: Price;
  readonly offer?: TakenOffer;
}

/** What terms are asked for. */
export interface TermsOf {
  readonly productId: string;
  readonly storefront: string;
  readonly offer?: TakenOffer | undefined;
}

/** Returns the terms of one period; throws `INPUT_INVALID` for a product the app does not have. */
export function termsOf(
  definition: AppDefinition,
  { productId, storefront, offer }: TermsOf,
): Terms {
  const product = productOf(definition, productId);
  if (offer === undefined) {
    return { product, period: product.period, price: regularPrice(product, storefront) };
  }
  const { kind, identifier, mode, period } = offer;
  return {
    product,
    // What is free or paid up front is one long period; what is paid as one goes, many usual ones.
    period: mode === "PAY_AS_YOU_GO" ? product.period : period,
    price: offerPrice(product, storefront, offer),
    // Without how many renewals are left, which is not the period's.
    offer: takenOffer(kind, identifier, offer),
  };
}

/** Returns what the next renewal of `subscription` is. */
export function renewalTerms(definition: AppDefinition, subscription: Subscription): Terms {
  const { storefront, renewal } = subscription;
  return termsOf(definition, { storefront, productId: renewal.productId, offer: renewal.offer });
}

/** Returns the product of an app; throws `INPUT_INVALID`. */
export function productOf(definition: AppDefinition, productId: string): ProductInGroup {
  const product = findProduct(definition, productId);
  if (product === undefined) {
    throw emulatorError("INPUT_INVALID", `the app ${definition.id} has no product ${productId}`);
  }
  return product;
}
