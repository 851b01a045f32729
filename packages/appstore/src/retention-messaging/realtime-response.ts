import { decodeBase64 } from "../crypto/index.ts";
import { BadDataError } from "../errors/index.ts";
import type {
  AdvancedCommerceInfo,
  AlternateProduct,
  PromotionalOffer,
  PromotionalOfferSignatureV1,
  RealtimeMessage,
  RealtimeResponseBody,
} from "./realtime.ts";

/** A real-time answer that Apple would not take: `REALTIME_RESPONSE_INVALID`. */
export class RealtimeResponseError extends BadDataError<"REALTIME_RESPONSE_INVALID"> {}

/**
 * Reads a real-time answer, strictly: exactly one member, every required field, no field that Apple does
 * not name, no null.
 *
 * Not checked: signatures, and whether Apple knows the message, product or offer.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/realtimeresponsebody
 * @throws RealtimeResponseError, naming the field, never its value
 */
export function parseRealtimeResponse(value: unknown): RealtimeResponseBody {
  const members = Object.entries(readObject(value, "the response"));
  const [[name, member] = []] = members;
  if (name === undefined || members.length !== 1) {
    throw invalid("the response", "exactly one member");
  }
  switch (name) {
    case "message":
      return { message: parseMessage(member) };
    case "alternateProduct":
      return { alternateProduct: parseAlternateProduct(member) };
    case "promotionalOffer":
      return { promotionalOffer: parsePromotionalOffer(member) };
    case "advancedCommerceInfo":
      return { advancedCommerceInfo: parseAdvancedCommerceInfo(member) };
    default:
      throw invalid("the response", "one of the four members Apple names");
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseMessage(value: unknown): RealtimeMessage {
  const fields = readObject(value, "message", ["messageIdentifier"]);
  return { messageIdentifier: readUuid(fields, "message.messageIdentifier") };
}

function parseAlternateProduct(value: unknown): AlternateProduct {
  const names = ["messageIdentifier", "productId", "billingPlanType"];
  const fields = readObject(value, "alternateProduct", names);
  return {
    messageIdentifier: readUuid(fields, "alternateProduct.messageIdentifier"),
    productId: readText(fields, "alternateProduct.productId"),
    ...(fields["billingPlanType"] === undefined
      ? {}
      : { billingPlanType: readText(fields, "alternateProduct.billingPlanType") }),
  };
}

function parsePromotionalOffer(value: unknown): PromotionalOffer {
  const names = ["messageIdentifier", "promotionalOfferSignatureV1", "promotionalOfferSignatureV2"];
  const fields = readObject(value, "promotionalOffer", names);
  const messageIdentifier = readUuid(fields, "promotionalOffer.messageIdentifier");
  const { promotionalOfferSignatureV1: v1, promotionalOfferSignatureV2: v2 } = fields;
  if ((v1 === undefined) === (v2 === undefined)) {
    throw invalid("promotionalOffer", "exactly one of the two signatures");
  }
  if (v1 !== undefined) {
    return { messageIdentifier, promotionalOfferSignatureV1: parseSignatureV1(v1) };
  }
  const name = "promotionalOffer.promotionalOfferSignatureV2";
  const promotionalOfferSignatureV2 = readMatch(fields, name, COMPACT_JWS, "a compact JWS");
  return { messageIdentifier, promotionalOfferSignatureV2 };
}

function parseSignatureV1(value: unknown): PromotionalOfferSignatureV1 {
  const at = "promotionalOffer.promotionalOfferSignatureV1";
  const fields = readObject(value, at, SIGNATURE_V1_FIELDS);
  const { timestamp } = fields;
  if (typeof timestamp !== "number" || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw invalid(`${at}.timestamp`, "milliseconds since 1970");
  }
  return {
    encodedSignature: readBase64(fields, `${at}.encodedSignature`),
    productId: readText(fields, `${at}.productId`),
    nonce: readUuid(fields, `${at}.nonce`),
    timestamp,
    keyId: readText(fields, `${at}.keyId`),
    offerIdentifier: readText(fields, `${at}.offerIdentifier`),
    ...(fields["appAccountToken"] === undefined
      ? {}
      : { appAccountToken: readUuid(fields, `${at}.appAccountToken`) }),
  };
}

const SIGNATURE_V1_FIELDS = [
  "encodedSignature",
  "productId",
  "nonce",
  "timestamp",
  "keyId",
  "offerIdentifier",
  "appAccountToken",
];

function parseAdvancedCommerceInfo(value: unknown): AdvancedCommerceInfo {
  const names = ["messageIdentifier", "advancedCommerceData"];
  const fields = readObject(value, "advancedCommerceInfo", names);
  return {
    messageIdentifier: readUuid(fields, "advancedCommerceInfo.messageIdentifier"),
    advancedCommerceData: readBase64(fields, "advancedCommerceInfo.advancedCommerceData"),
  };
}

const LOWERCASE_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Reads an object of plain fields; with `names`, of these and no others. */
function readObject(value: unknown, path: string, names?: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(path, "an object");
  }
  const unknown = Object.keys(value).find((name) => names?.includes(name) === false);
  if (unknown !== undefined) throw invalid(path, "no fields but those Apple names");
  return { ...value };
}

/** Reads the field a path ends in. */
function readText(fields: Fields, path: string): string {
  const value = fields[path.slice(path.lastIndexOf(".") + 1)];
  if (typeof value !== "string" || value === "") throw invalid(path, "a text that is not empty");
  return value;
}

function readMatch(fields: Fields, path: string, pattern: RegExp, expected: string): string {
  const text = readText(fields, path);
  if (!pattern.test(text)) throw invalid(path, expected);
  return text;
}

function readUuid(fields: Fields, path: string): string {
  return readMatch(fields, path, LOWERCASE_UUID, "a lowercase UUID");
}

function readBase64(fields: Fields, path: string): string {
  const text = readText(fields, path);
  try {
    decodeBase64(text);
  } catch {
    throw invalid(path, "base64");
  }
  return text;
}

function invalid(path: string, expected: string): RealtimeResponseError {
  return new RealtimeResponseError("REALTIME_RESPONSE_INVALID", `${path}: expected ${expected}`);
}
