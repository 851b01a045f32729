import { createHash } from "node:crypto";

/**
 * What can be wrong with a catalog, or have changed in it.
 *
 * - `PRODUCT_INCOMPLETE`: a subscription that is not set up far enough to be used
 * - `PRODUCT_GONE`, `OFFER_GONE`: what is live names it and App Store Connect has it no more
 * - `PRICE_CHANGED`: a product or an offer costs something else than at the sync before; said for two weeks
 * - `PRICE_SCHEDULED`: a product will cost something else from a day on; said until then
 * - `APP_ID_DIFFERS`: App Store Connect has another id for the app than what is configured here
 * - `DEFAULT_MISSING`: Apple shows no retention message for a product in a locale without a default message
 * - `DEFAULT_COVERED`: EXPERIMENTAL; there is none, but App Store Connect's own message should be shown instead
 */
export type CatalogProblemCode =
  | "PRODUCT_INCOMPLETE"
  | "PRODUCT_GONE"
  | "OFFER_GONE"
  | "PRICE_CHANGED"
  | "PRICE_SCHEDULED"
  | "APP_ID_DIFFERS"
  | "DEFAULT_MISSING"
  | "DEFAULT_COVERED";

/** Something of a catalog that somebody should look at. */
export interface CatalogProblem {
  /** Made of what it is about, so that it stays while the problem does. */
  readonly id: string;
  readonly code: CatalogProblemCode;
  readonly productId?: string | undefined;
  readonly offerIdentifier?: string | undefined;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Returns a problem with the id of what it is about. */
export function problem(
  code: CatalogProblemCode,
  about: readonly string[],
  facts: Omit<CatalogProblem, "id" | "code">,
): CatalogProblem {
  const hash = createHash("sha256").update(JSON.stringify([code, ...about]));
  return { id: `problem_${hash.digest("base64url").slice(0, 16)}`, code, ...facts };
}
