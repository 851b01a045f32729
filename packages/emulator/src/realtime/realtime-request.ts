import { randomUUID } from "node:crypto";
import type {
  DecodedRealtimeRequestBody,
  Environment,
  RealtimeRequestBody,
} from "@holdfast/appstore/retention-messaging";
import { type SigningChain, signPayload } from "../ca/index.ts";
import type { EnvironmentName, Subscriber } from "../world/app-definition.ts";
import type { EnvironmentWorld } from "../world/world.ts";

/** Apple's spelling of each environment. */
export const WIRE_ENVIRONMENTS = {
  sandbox: "Sandbox",
  production: "Production",
} as const satisfies Record<EnvironmentName, Environment>;

/** Returns what Apple asks about `subscriber` at `now`, but for what `overrides` says instead. */
export function createRealtimeRequest(
  { app, environment }: EnvironmentWorld,
  subscriber: Subscriber,
  now: number,
  overrides: Partial<DecodedRealtimeRequestBody> = {},
): DecodedRealtimeRequestBody {
  return {
    originalTransactionId: subscriber.originalTransactionId,
    appAppleId: app.definition.appAppleId,
    productId: subscriber.productId,
    userLocale: subscriber.locale,
    requestIdentifier: randomUUID(),
    environment: WIRE_ENVIRONMENTS[environment],
    signedDate: now,
    ...overrides,
  };
}

/** Returns the body of Apple's POST: the request, signed by the chain. */
export async function signRealtimeRequest(
  request: DecodedRealtimeRequestBody,
  chain: SigningChain,
): Promise<RealtimeRequestBody> {
  return { signedPayload: await signPayload(request, chain) };
}
