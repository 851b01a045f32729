import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";

/** As many as one check can need: its fixtures may be of as many chains as there are. */
const UNKNOWN_CHAINS_PER_SECOND = 500;

/**
 * Makes what verifies captured requests: with a budget for chains nobody knows that a check of fixtures never
 * exceeds, and apart from what verifies Apple's notifications.
 *
 * @param now - milliseconds since 1970
 */
export function createFixtureVerifier(now: () => number): SignedDataVerifier {
  return createSignedDataVerifier({ now, unknownChainsPerSecond: UNKNOWN_CHAINS_PER_SECOND });
}
