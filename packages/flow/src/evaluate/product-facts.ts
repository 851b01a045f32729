import { rulesFor } from "./evaluate.ts";
import type { PreparedSnapshot } from "./prepared-snapshot.ts";

/**
 * Tells whether a rule that can hold for this product looks at subscriber state: a stored
 * attribute, earlier decisions, or a cooldown. If none does, the lookup can be left out.
 */
export function needsSubscriberState(prepared: PreparedSnapshot, productId: string): boolean {
  return rulesFor(prepared, productId).needsSubscriberState;
}

/**
 * Returns the name of the first rule that can answer `deferToApple` for this product, `undefined`
 * when none can: a performance test would count that answer as a failure.
 */
export function canDefer(prepared: PreparedSnapshot, productId: string): string | undefined {
  return rulesFor(prepared, productId).canDefer;
}
