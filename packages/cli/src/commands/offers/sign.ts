import { randomUUID } from "node:crypto";
import { UsageError } from "@holdfast/appstore/errors";
import {
  createAdvancedCommerceInAppSignature,
  createIntroductoryOfferEligibilitySignature,
  createPromotionalOfferSignatureV1,
  createPromotionalOfferSignatureV2,
  importInAppPurchaseKey,
} from "@holdfast/appstore/signatures";
import type { Command, Io, Options } from "../../command.ts";
import { readJson } from "../../files.ts";
import { print } from "../../output.ts";
import { TEXT_OUTPUT } from "../../output-format.ts";
import { KEY_OPTIONS, requireSigningKey } from "../../signing-key.ts";

const KINDS = ["promotional", "promotional-v1", "introductory", "advanced-commerce"];

/** `holdfast offers sign` */
export const sign: Command = {
  summary: "Sign an offer with an In-App Purchase key",
  description:
    "Makes the signature Apple asks for with a promotional offer (JWS, or the older V1), introductory-offer eligibility, or an Advanced Commerce in-app request. " +
    "The key is an In-App Purchase key; a key of the App Store Connect API does not work here.",
  options: [
    {
      flags: "--kind <kind>",
      description: "what is signed",
      choices: KINDS,
      default: "promotional",
    },
    ...KEY_OPTIONS,
    {
      flags: "--bundle-id <id>",
      description: "the app's bundle identifier",
      env: "HOLDFAST_STOREKIT_BUNDLE_ID",
    },
    { flags: "--product-id <id>", description: "the product the offer belongs to" },
    { flags: "--offer-id <id>", description: "the promotional offer's identifier" },
    {
      flags: "--transaction-id <id>",
      description: "originalTransactionId of the subscription (not with promotional-v1)",
    },
    { flags: "--app-account-token <uuid>", description: "promotional-v1 only" },
    { flags: "--not-eligible", description: "introductory: do not allow the offer" },
    { flags: "--request <file>", description: "advanced-commerce: the request, JSON; - is stdin" },
    { flags: "--nonce <uuid>", description: "used once; random by default" },
  ],
  output: TEXT_OUTPUT,
  examples: [
    {
      line: "holdfast offers sign --key-id ABC123 --issuer-id 5724… --private-key key.p8 --bundle-id com.example.yoga --product-id yoga.yearly --offer-id YOGA_3M_FREE --transaction-id 2000000123456789",
      does: "sign a promotional offer for one subscription",
    },
    {
      line: "holdfast offers sign --kind introductory --product-id yoga.monthly --transaction-id 2000000123456789 --output json",
      does: "sign eligibility, key and app from the environment",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const kind = options.required("kind");
    const signed = {
      key: await importInAppPurchaseKey(await requireSigningKey(options, io)),
      bundleId: options.required("bundle-id"),
      nonce: (options.text("nonce") ?? randomUUID()).toLowerCase(),
      issuedAt: io.now(),
    };
    const signature = await signKind(kind, signed, options, io);
    print(input, io, {
      json: { kind, signature },
      table: () => [
        typeof signature === "string" ? signature : JSON.stringify(signature, undefined, 2),
      ],
    });
    return 0;
  },
};

type Signed = Omit<
  Parameters<typeof createPromotionalOfferSignatureV2>[0],
  "productId" | "offerIdentifier" | "transactionId"
>;

async function signKind(
  kind: string,
  signed: Signed,
  options: Options,
  io: Io,
): Promise<string | object> {
  if (kind === "advanced-commerce") {
    const request = await readRequest(io, options.required("request"));
    return createAdvancedCommerceInAppSignature({ ...signed, request });
  }
  const productId = options.required("product-id");
  if (kind === "introductory") {
    return createIntroductoryOfferEligibilitySignature({
      ...signed,
      productId,
      allowIntroductoryOffer: !options.flag("not-eligible"),
      transactionId: options.required("transaction-id"),
    });
  }
  const offerIdentifier = options.required("offer-id");
  if (kind === "promotional") {
    const transactionId = options.required("transaction-id");
    return createPromotionalOfferSignatureV2({
      ...signed,
      productId,
      offerIdentifier,
      transactionId,
    });
  }
  const appAccountToken = options.text("app-account-token");
  return createPromotionalOfferSignatureV1({
    ...signed,
    productId,
    offerIdentifier,
    ...(appAccountToken === undefined ? {} : { appAccountToken }),
  });
}

async function readRequest(io: Io, file: string): Promise<object> {
  const request = await readJson(io, file);
  if (typeof request === "object" && request !== null && !Array.isArray(request)) return request;
  throw new UsageError("REQUEST_INVALID", `${file}: expected a JSON object`);
}
