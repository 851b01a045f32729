import { BUILT_IN_ATTRIBUTES } from "./attributes.ts";
import type { PreparedAttribute } from "./prepared-snapshot.ts";
import type { Subject } from "./subject.ts";
import type { UnknownReason } from "./trace.ts";

/** Returns why an attribute whose value is unknown is so. */
export function unknownReason({ name }: PreparedAttribute, { subscriber }: Subject): UnknownReason {
  const source = BUILT_IN_ATTRIBUTES.get(name)?.source;
  if (source === "request") return "localeUnreadable";
  if (source === "catalog") return "notInCatalog";
  if (subscriber.status === "unavailable") return subscriber.reason;
  if (subscriber.status === "notFound") return "notFound";
  return Object.hasOwn(subscriber.state.attributes, name) ? "otherType" : "notStored";
}

/** Returns a reason in words. */
export function sayUnknown(because: UnknownReason): string {
  switch (because) {
    case "notFound":
      return "nothing is stored of this subscriber";
    case "notStored":
      return "it is not among what is stored";
    case "otherType":
      return "what is stored has another type";
    case "notInCatalog":
      return "the catalog does not say it of this product";
    case "localeUnreadable":
      return "the device's locale cannot be read";
    default:
      return `no subscriber state (${because})`;
  }
}
