import {
  Environment,
  PromotionalOfferV2SignatureCreator,
  SignedDataVerifier,
} from "@apple/app-store-server-library";
import { X509Certificate } from "node:crypto";
import { world } from "./world.ts";

/**
 * Answers with Apple's own library. Its cache exists only with online checks, so *warm* turns them on
 * (the emulator's OCSP responder says good, once per 15 minutes) and *cold* turns them off, which
 * verifies the chain each time.
 */
export function createAppleAnswer(): (body: { signedPayload: string }) => Promise<object> {
  const root = Buffer.from(new X509Certificate(world.rootPem).raw);
  const online = process.env["BENCH_CACHE"] === "warm";
  const { bundleId, appAppleId, productId, offerIdentifier, messageIdentifier } = world;
  const verifier = new SignedDataVerifier(
    [root],
    online,
    Environment.SANDBOX,
    bundleId,
    appAppleId,
  );
  const creator = new PromotionalOfferV2SignatureCreator(
    world.privateKey,
    world.keyId,
    world.issuerId,
    bundleId,
  );
  return async ({ signedPayload }) => {
    const request = await verifier.verifyAndDecodeRealtimeRequest(signedPayload);
    const promotionalOfferSignatureV2 = creator.createSignature(
      productId,
      offerIdentifier,
      request.originalTransactionId,
    );
    return { promotionalOffer: { messageIdentifier, promotionalOfferSignatureV2 } };
  };
}
