import type { ErrorDescription, FailedAnswer } from "../http/index.ts";

const ADVICE: Readonly<Record<number, string>> = {
  401:
    "Check that the key is an App Store Connect API key (Users and Access, Integrations, App Store " +
    "Connect API) and not an In-App Purchase key, its key ID and issuer ID (an individual key has " +
    "none), and that this machine's clock is right.",
  403: "Check the key's role in App Store Connect, and that all agreements are accepted there.",
  429: "The key's calls of this hour are used up: wait, and look for other programs that use it.",
};

/**
 * Reads the errors of the App Store Connect API. Their code is a word, like `NOT_FOUND`; what it says
 * in detail is UNCONFIRMED for most, so nothing depends on it.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/interpreting-and-handling-errors
 */
export function describeRefusal({ status, body }: FailedAnswer): ErrorDescription {
  const advice = ADVICE[status];
  const error = firstError(body);
  const words = textOf(error["detail"]) ?? textOf(error["title"]);
  const source = objectOf(error["source"]);
  const place = textOf(source["parameter"]) ?? textOf(source["pointer"]);
  return {
    errorName: textOf(error["code"]),
    errorMessage: place === undefined ? words : `${words ?? "wrong"} (${place})`,
    advice,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function firstError(body: unknown): Fields {
  const errors = objectOf(body)["errors"];
  return objectOf(Array.isArray(errors) ? errors[0] : undefined);
}

/** What is no object has no members. */
function objectOf(value: unknown): Fields {
  // A non-null object can be read by name; what is read is unknown again.
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
