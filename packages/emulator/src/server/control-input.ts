import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import type { OddChainKind } from "../ca/index.ts";
import { emulatorError } from "../errors/index.ts";
import type { CertificateStatus, OcspChange, OcspMode } from "../ocsp/index.ts";
import type { AppStoreConnectMessage, OfferMode, ReviewState } from "../world/index.ts";

/** Some JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

const REVIEW_STATES = ["PENDING", "APPROVED", "REJECTED"] as const satisfies ReviewState[];
const ODD_CHAINS = [
  "expiredLeaf",
  "unmarkedLeaf",
  "unmarkedIntermediate",
  "foreignRoot",
] as const satisfies OddChainKind[];
const OCSP_MODES = ["normal", "slow", "down"] as const satisfies OcspMode[];
const STATUSES = ["good", "revoked", "unknown"] as const satisfies CertificateStatus[];
const OFFER_MODES = ["FREE_TRIAL", "PAY_AS_YOU_GO", "PAY_UP_FRONT"] as const satisfies OfferMode[];

/** The types of a real-time request's fields; others are taken as they are. */
const REQUEST_FIELDS: Readonly<Record<keyof DecodedRealtimeRequestBody, "string" | "number">> = {
  originalTransactionId: "string",
  appAppleId: "number",
  productId: "string",
  userLocale: "string",
  requestIdentifier: "string",
  environment: "string",
  signedDate: "number",
};

/** Returns the JSON object in `body`; throws `INPUT_INVALID`. */
export function parseFields(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw emulatorError("INPUT_INVALID", "expected a body of JSON", { cause: error });
  }
  return asFields(value, "the body");
}

/** Returns the string called `name`; throws `INPUT_INVALID`. */
export function stringOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw invalid(`${name} to be a string`);
  return value;
}

/** Returns the review state in `fields`; throws `INPUT_INVALID`. */
export function parseReviewState(fields: Fields): ReviewState {
  return oneOf(REVIEW_STATES, fields["state"], "state");
}

/** Returns which odd chain is asked for, if any; throws `INPUT_INVALID`. */
export function parseOddChain(fields: Fields): OddChainKind | undefined {
  const { oddChain } = fields;
  return oddChain === undefined ? undefined : oneOf(ODD_CHAINS, oddChain, "oddChain");
}

/**
 * Returns what a request shall say instead of the truth; known fields must have their type, others
 * pass, for receivers must tolerate them. Throws `INPUT_INVALID`.
 */
export function parseOverrides(fields: Fields): Partial<DecodedRealtimeRequestBody> | undefined {
  const { overrides } = fields;
  if (overrides === undefined) return undefined;
  const values = asFields(overrides, "overrides");
  for (const [name, type] of Object.entries(REQUEST_FIELDS)) {
    const value = values[name];
    if (value !== undefined && typeof value !== type) throw invalid(`${name} to be a ${type}`);
  }
  return values;
}

/** Returns what to change of the OCSP responder; throws `INPUT_INVALID`. */
export function parseOcspChange(fields: Fields): OcspChange {
  const { mode, delayMs, status } = fields;
  if (delayMs !== undefined && (typeof delayMs !== "number" || !(delayMs >= 0))) {
    throw invalid("delayMs to be a number of milliseconds");
  }
  return {
    ...(mode === undefined ? {} : { mode: oneOf(OCSP_MODES, mode, "mode") }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(status === undefined ? {} : { status: parseStatuses(asFields(status, "status")) }),
  };
}

/** Returns App Store Connect's message for a product; throws `INPUT_INVALID`. */
export function parseAppStoreConnectMessage(fields: Fields): AppStoreConnectMessage {
  const localizations = Object.entries(asFields(fields["localizations"], "localizations"));
  const { retentionOffer } = fields;
  return {
    referenceName: stringOf(fields, "referenceName"),
    state: fields["state"] === undefined ? "APPROVED" : parseReviewState(fields),
    localizations: Object.fromEntries(
      localizations.map(([locale, value]) => {
        const text = asFields(value, locale);
        return [locale, { header: stringOf(text, "header"), body: stringOf(text, "body") }];
      }),
    ),
    ...(retentionOffer === undefined
      ? {}
      : { retentionOffer: parseRetentionOffer(asFields(retentionOffer, "retentionOffer")) }),
  };
}

function parseRetentionOffer(fields: Fields): AppStoreConnectMessage["retentionOffer"] & {} {
  return {
    offerIdentifier: stringOf(fields, "offerIdentifier"),
    mode: oneOf(OFFER_MODES, fields["mode"], "mode"),
    period: stringOf(fields, "period"),
  };
}

function parseStatuses({ leaf, intermediate }: Fields): OcspChange["status"] & {} {
  return {
    ...(leaf === undefined ? {} : { leaf: oneOf(STATUSES, leaf, "leaf") }),
    ...(intermediate === undefined
      ? {}
      : { intermediate: oneOf(STATUSES, intermediate, "intermediate") }),
  };
}

/** Returns `value` when it is one of `choices`; throws `INPUT_INVALID`. */
export function oneOf<T extends string | number>(
  choices: readonly T[],
  value: unknown,
  name: string,
): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw invalid(`${name} to be one of ${choices.join(", ")}`);
  return choice;
}

/** Returns `value` when it is a JSON object; throws `INPUT_INVALID`. */
export function asFields(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`${name} to be an object`);
  }
  // A non-null object can be read by name; what is read is unknown again.
  return value as Fields;
}

function invalid(expected: string) {
  return emulatorError("INPUT_INVALID", `expected ${expected}`);
}
