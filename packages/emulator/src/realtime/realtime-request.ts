import { randomUUID } from "node:crypto";
import type {
  DecodedRealtimeRequestBody,
  Environment,
  RealtimeRequestBody,
} from "@holdfast/appstore/retention-messaging";
import { CompactSign } from "jose";
import type { SigningChain } from "../ca/index.ts";
import type { EnvironmentName, Subscriber } from "../world/app-definition.ts";
import type { EnvironmentWorld } from "../world/world.ts";

/** Apple's spelling of each environment. */
const WIRE_ENVIRONMENTS = {
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

/**
 * Returns the body of Apple's POST: the request as a compact JWS, signed ES256 by the chain's leaf,
 * with the chain's three certificates (standard base64 of DER) in its header.
 */
export async function signRealtimeRequest(
  request: DecodedRealtimeRequestBody,
  { leaf, intermediate, root }: SigningChain,
): Promise<RealtimeRequestBody> {
  const x5c = [leaf, intermediate, root].map(({ certificate }) => certificate.toString("base64"));
  const signedPayload = await new CompactSign(new TextEncoder().encode(JSON.stringify(request)))
    .setProtectedHeader({ alg: "ES256", x5c })
    .sign(leaf.keys.privateKey);
  return { signedPayload };
}
