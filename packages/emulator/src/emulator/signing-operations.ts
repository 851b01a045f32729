import type { CertificateAuthority, OddChainKind } from "../ca/index.ts";
import type { Clock } from "../clock/clock.ts";
import { createRealtimeRequest, signRealtimeRequest } from "../realtime/index.ts";
import { findEnvironment, findSubscriber, type World } from "../world/index.ts";
import type { Emulator } from "./emulator.ts";

/** What signing needs beside the world. */
export interface SigningContext {
  readonly authority: CertificateAuthority;
  readonly clock: Clock;
}

/** Returns the operations that only sign, and send nothing. */
export function createSigningOperations(
  world: World,
  { authority, clock }: SigningContext,
): Pick<Emulator, "signedRequest" | "signPayload"> {
  const chainOf = async (oddChain?: OddChainKind) =>
    oddChain === undefined ? authority.certificates : authority.issueOddChain(oddChain);
  return {
    async signedRequest({ originalTransactionId, overrides, oddChain, ...at }) {
      const place = findEnvironment(world, at);
      const subscriber = findSubscriber(place, originalTransactionId);
      const request = createRealtimeRequest(place, subscriber, clock.now(), overrides);
      return signRealtimeRequest(request, await chainOf(oddChain));
    },
    signPayload: async (payload, oddChain) => signRealtimeRequest(payload, await chainOf(oddChain)),
  };
}
