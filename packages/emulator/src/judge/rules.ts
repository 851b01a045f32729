/**
 * The rules an answer can break, each with what it says. A broken one makes Apple fall back. The
 * names are stable.
 */
export const RULES = {
  STATUS_NOT_200: "the status must be 200",
  CHARSET_UNSUPPORTED: "the charset, when given, must be UTF-8",
  BODY_NOT_UTF8: "the body must be UTF-8",
  BODY_NOT_JSON_OBJECT: "the body must be a JSON object",
  MEMBER_NULL: "an absent member must be absent, not null",
  MEMBERS_NOT_ONE:
    "exactly one of message, alternateProduct, promotionalOffer, advancedCommerceInfo",
  MEMBER_NOT_OBJECT: "the member must be an object",
  MESSAGE_IDENTIFIER_MISSING: "messageIdentifier must be a string",
  MESSAGE_IDENTIFIER_NOT_LOWERCASE_UUID: "messageIdentifier must be a lowercase UUID",
  MESSAGE_UNKNOWN: "the message must exist in this environment",
  MESSAGE_NOT_APPROVED: "the message must be APPROVED",
  IMAGE_NOT_APPROVED: "the message's images must be APPROVED",
  IMAGE_FORBIDDEN: "a message used like this must have no image",
  BULLET_POINTS_FORBIDDEN: "a message used like this must have no bullet points",
  ALTERNATE_PRODUCT_ID_MISSING: "productId must be a string",
  ALTERNATE_PRODUCT_UNKNOWN: "the alternate product must be one of the app's",
  ALTERNATE_PRODUCT_OTHER_GROUP: "the alternate product must be in the same subscription group",
  BILLING_PLAN_TYPE_NOT_STRING: "billingPlanType, when given, must be a string",
  OFFER_SIGNATURES_NOT_ONE:
    "exactly one of promotionalOfferSignatureV2 and promotionalOfferSignatureV1",
  OFFER_SIGNATURE_MALFORMED: "the signature must be of its documented shape",
  OFFER_ALGORITHM_NOT_ES256: "a V2 signature's alg must be ES256",
  OFFER_TYPE_NOT_JWT: "a V2 signature's typ must be JWT",
  OFFER_KEY_UNKNOWN: "the key must be an In-App Purchase key of the app",
  OFFER_SIGNATURE_WRONG: "the signature must be made with that key over that content",
  OFFER_AUDIENCE_WRONG: "a V2 signature's aud must be promotional-offer",
  OFFER_ISSUER_WRONG: "a V2 signature's iss must be the issuer of the key",
  OFFER_BUNDLE_WRONG: "a V2 signature's bid must be the app's bundle id",
  OFFER_TIME_IMPLAUSIBLE: "the signature's time must be now",
  OFFER_NONCE_NOT_UUID: "the nonce must be a UUID, lowercase in V1",
  OFFER_NONCE_REUSED: "a nonce must be used once",
  OFFER_PRODUCT_UNKNOWN: "the offer's product must be one of the app's",
  OFFER_UNKNOWN: "the product must have the promotional offer",
  OFFER_TRANSACTION_WRONG: "a V2 signature's transactionId must be the request's original one",
  OFFER_ACCOUNT_TOKEN_NOT_LOWERCASE_UUID: "appAccountToken, when given, must be a lowercase UUID",
  ADVANCED_COMMERCE_NOT_SUBSCRIBED:
    "advancedCommerceInfo is for Advanced Commerce subscriptions only",
  ADVANCED_COMMERCE_DATA_MALFORMED: "advancedCommerceData must be base64 of a JSON object",
} as const satisfies Record<string, string>;

/** A rule that can be broken. */
export type Rule = keyof typeof RULES;

/**
 * What Apple's documents leave open, each with what was seen. Never a reason to fall back here.
 */
export const WARNINGS = {
  CONTENT_TYPE_MISSING: "there is no Content-Type; whether Apple wants one is UNCONFIRMED",
  CONTENT_TYPE_NOT_JSON: "the type is not application/json; whether Apple minds is UNCONFIRMED",
  MEMBER_UNKNOWN: "a member Apple does not document",
  ALTERNATE_PRODUCT_IS_CURRENT: "the alternate product is the one the subscriber has",
  BILLING_PLAN_TYPE_UNKNOWN: "a billing plan type Apple does not document",
  OFFER_TYPE_MISSING: "a V2 signature without typ; whether Apple wants one is UNCONFIRMED",
  OFFER_EXPIRES: "a V2 signature with exp; Apple computes the end from iat",
  OFFER_OTHER_GROUP: "the offer's product is in another subscription group",
  ADVANCED_COMMERCE_IMAGE:
    "the message has an image or bullet points; whether Apple allows them is UNCONFIRMED",
} as const satisfies Record<string, string>;

/** Something worth telling that breaks no documented rule. */
export type Warning = keyof typeof WARNINGS;
