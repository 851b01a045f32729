import {
  malformed,
  member,
  optional,
  readObject,
  readOneOf,
  readRecord,
  readText,
  readValues,
} from "./snapshot-fields.ts";
import type { Members } from "./snapshot-fields.ts";
import type {
  SnapshotOfferTarget,
  SnapshotPlainMessage,
  SnapshotResponse,
  SnapshotSwitchTarget,
} from "./snapshot.ts";

type Kind = SnapshotResponse["kind"];

const MEMBERS: Readonly<Record<Kind, readonly string[]>> = {
  message: ["kind", "message", "fallback"],
  alternateProduct: ["kind", "message", "products", "fallback"],
  promotionalOffer: ["kind", "message", "signature", "offers", "fallback"],
  advancedCommerceInfo: ["kind", "message", "request", "fallback"],
  deferToApple: ["kind"],
};
const KINDS: readonly Kind[] = [
  "message",
  "alternateProduct",
  "promotionalOffer",
  "advancedCommerceInfo",
  "deferToApple",
];

/** Reads what a rule or an arm answers. */
export function parseResponse(value: unknown, path: string): SnapshotResponse {
  const kind = readOneOf(member(readRecord(value, path), "kind"), `${path}.kind`, KINDS);
  const object = readObject(value, path, MEMBERS[kind]);
  if (kind === "deferToApple") return { kind };
  const message = readText(member(object, "message"), `${path}.message`);
  const fallback = optional(object, "fallback", (plain) =>
    parsePlainMessage(plain, `${path}.fallback`),
  );
  return { ...ownPart(kind, object, path), message, ...fallback };
}

type OwnPart<Response extends SnapshotResponse> = Response extends { message: string }
  ? Omit<Response, "message" | "fallback">
  : never;

function ownPart(
  kind: Exclude<Kind, "deferToApple">,
  object: Members,
  path: string,
): OwnPart<SnapshotResponse> {
  switch (kind) {
    case "message":
      return { kind };
    case "alternateProduct":
      return {
        kind,
        products: readValues(member(object, "products"), `${path}.products`, parseSwitchTarget),
      };
    case "promotionalOffer":
      return {
        kind,
        signature: readOneOf(member(object, "signature"), `${path}.signature`, ["v1", "v2"]),
        offers: readValues(member(object, "offers"), `${path}.offers`, parseOfferTarget),
      };
    default:
      return { kind, request: readJsonObject(member(object, "request"), `${path}.request`) };
  }
}

/** Reads a reference to a plain message. */
export function parsePlainMessage(value: unknown, path: string): SnapshotPlainMessage {
  const object = readObject(value, path, ["kind", "message"]);
  return {
    kind: readOneOf(member(object, "kind"), `${path}.kind`, ["message"]),
    message: readText(member(object, "message"), `${path}.message`),
  };
}

function parseSwitchTarget(value: unknown, path: string): SnapshotSwitchTarget {
  const object = readObject(value, path, ["product", "billingPlanType"]);
  return {
    product: readText(member(object, "product"), `${path}.product`),
    ...optional(object, "billingPlanType", (type) => readText(type, `${path}.billingPlanType`)),
  };
}

function parseOfferTarget(value: unknown, path: string): SnapshotOfferTarget {
  const object = readObject(value, path, ["product", "offer"]);
  return {
    product: readText(member(object, "product"), `${path}.product`),
    offer: readText(member(object, "offer"), `${path}.offer`),
  };
}

/** How deep an Advanced Commerce request may nest. */
const MAX_REQUEST_DEPTH = 32;

function readJsonObject(value: unknown, path: string): Members {
  const object = readRecord(value, path);
  if (!isJson(object, MAX_REQUEST_DEPTH)) {
    throw malformed(path, `JSON, at most ${MAX_REQUEST_DEPTH} levels deep`);
  }
  return object;
}

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === "boolean") return true;
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth - 1));
  return Object.entries(value).every(
    ([name, item]) => name !== "__proto__" && name.isWellFormed() && isJson(item, depth - 1),
  );
}
