import type { DefaultPlace } from "@holdfast/appstore/retention-messaging/client";
import { placeKey } from "../desired/place-key.ts";
import type { KnownDefault, ProvisioningState } from "./provisioning-state.ts";

/** Returns the state with one default message as it was just written or read. */
export function recordDefault(state: ProvisioningState, known: KnownDefault): ProvisioningState {
  const key = placeKey(known);
  const others = state.defaults.filter((other) => placeKey(other) !== key);
  const defaults = [...others, known].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return { ...state, defaults };
}

/** A space sorts before everything a product id has. */
function sortKey({ productId, locale }: DefaultPlace): string {
  return `${productId} ${locale}`;
}
