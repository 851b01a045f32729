import { emulatorError } from "../errors/index.ts";
import type { AppDefinition } from "./app-definition.ts";
import { stableDigits } from "./stable-digits.ts";
import { findProduct } from "./world.ts";

/** How many digits Apple's identifiers of subscription groups have. */
const DIGITS = 8;

/** Returns Apple's number of a group, by the group's id in the definition. */
export function groupIdentifierOf({ bundleId }: AppDefinition, groupId: string): string {
  return stableDigits(`${bundleId}|group|${groupId}`, DIGITS);
}

/** Returns Apple's number of the group a product is in; throws `INPUT_INVALID` for an unknown one. */
export function subscriptionGroupIdentifierOf(
  definition: AppDefinition,
  productId: string,
): string {
  const product = findProduct(definition, productId);
  if (product === undefined) {
    throw emulatorError("INPUT_INVALID", `the app ${definition.id} has no product ${productId}`);
  }
  return groupIdentifierOf(definition, product.groupId);
}
