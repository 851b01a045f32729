import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { parseCertificatePem } from "@holdfast/appstore/crypto";
import {
  createSignedDataVerifier,
  createTrustStore,
  verifyRealtimeRequest,
} from "@holdfast/appstore/signed-data";

/** What Apple takes: the local App Store has this message of the yoga app. */
const GOOD_ANSWER = JSON.stringify({
  message: { messageIdentifier: "551ee7c0-c097-418e-9dd5-2a98533a7390" },
});

/** What an endpoint sends. */
export interface SentAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Returns an endpoint that answers what `accept` lets through, and refuses the rest with 400. */
export function answeringEndpoint(
  accept: (signedPayload: string) => Promise<boolean> | boolean,
  { status = 200, headers, body = GOOD_ANSWER }: SentAnswer = {},
): RequestListener {
  return (request, response) => {
    const answer = async (): Promise<void> => {
      // What is posted is JSON with one member.
      const { signedPayload } = JSON.parse(await text(request)) as { signedPayload: string };
      const isAccepted = await accept(signedPayload);
      response.writeHead(
        isAccepted ? status : 400,
        isAccepted ? (headers ?? { "content-type": "application/json; charset=utf-8" }) : {},
      );
      response.end(isAccepted ? body : "");
    };
    answer().catch(() => response.destroy());
  };
}

/** Accepts what an authority signed for the yoga app in the sandbox, and is not older than five minutes. */
export function acceptSignedBy(
  rootCertificatePem: string,
  now: () => number,
): (signedPayload: string) => Promise<boolean> {
  const verifier = createSignedDataVerifier({ now });
  const trust = createTrustStore([parseCertificatePem(rootCertificatePem)]);
  const expected = { trust, environment: "Sandbox", appAppleId: 6745974592 };
  return async (signedPayload) => {
    try {
      const { signedDate } = await verifyRealtimeRequest(verifier, signedPayload, expected);
      return Math.abs(now() - signedDate) <= 5 * 60_000;
    } catch {
      return false;
    }
  };
}

/** Looks at the certificates and not at the signature: a mistake people make. */
export function acceptChainOf(rootCertificatePem: string): (signedPayload: string) => boolean {
  const root = rootCertificatePem.replaceAll(/-----[^-]+-----|\s/g, "");
  return (signedPayload) => {
    try {
      const [header = ""] = signedPayload.split(".");
      // A protected header with a chain; what is none throws.
      const { x5c } = JSON.parse(Buffer.from(header, "base64url").toString("utf8")) as {
        readonly x5c: readonly string[];
      };
      return x5c[2] === root;
    } catch {
      return false;
    }
  };
}
