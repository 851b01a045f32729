import { randomUUID } from "node:crypto";

/** What an error of the App Store Connect API says. */
export interface ConnectErrorContent {
  /** Of HTTP. */
  readonly status: number;
  /** Apple's, hierarchical, like `PARAMETER_ERROR.INVALID`. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** The query parameter it is about. */
  readonly parameter?: string;
}

/** Something the App Store Connect API refuses. The words are the emulator's. */
export class ConnectError extends Error {
  readonly content: ConnectErrorContent;

  constructor(content: ConnectErrorContent) {
    super(content.detail);
    this.name = "ConnectError";
    this.content = content;
  }
}

/**
 * Returns the error as the API answers it.
 *
 * @see https://developer.apple.com/documentation/appstoreconnectapi/errorresponse
 */
export function connectErrorResponse({ content }: ConnectError): Response {
  const { status, parameter, ...rest } = content;
  const source = parameter === undefined ? {} : { source: { parameter } };
  const error = { id: randomUUID(), status: String(status), ...rest, ...source };
  return Response.json({ errors: [error] }, { status });
}

/** Returns the error for a token that is not good; it does not say why, as Apple does not. */
export function notAuthorized(): ConnectError {
  return new ConnectError({
    status: 401,
    code: "NOT_AUTHORIZED",
    title: "The credentials are missing or not valid.",
    detail: "Expected a bearer token signed with a team's key, of at most 20 minutes, not over.",
  });
}

/** Returns the error for a resource there is not. */
export function notFound(type: string): ConnectError {
  return new ConnectError({
    status: 404,
    code: "NOT_FOUND",
    title: "There is no such resource.",
    detail: `No resource of type ${type} has this id, or the key may not see it.`,
  });
}

/** Returns the error for an address the API does not have; its code is UNCONFIRMED. */
export function pathUnknown(): ConnectError {
  return new ConnectError({
    status: 404,
    code: "PATH_ERROR",
    title: "There is no such address.",
    detail: "The address is none of the API, or none of those the emulator answers.",
  });
}

/** Returns the error for a method other than GET: the emulator's API is read only. */
export function methodNotAllowed(): ConnectError {
  return new ConnectError({
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    title: "The method is not allowed here.",
    detail: "The emulator answers GET alone.",
  });
}

/** Returns the error for a query parameter that may not be there. */
export function illegalParameter(parameter: string): ConnectError {
  return new ConnectError({
    status: 400,
    code: "PARAMETER_ERROR.ILLEGAL",
    title: "A parameter cannot be used here.",
    detail: `The parameter ${parameter} is none of this request's.`,
    parameter,
  });
}

/** Returns the error for a query parameter with a value that is not good. */
export function invalidParameter(parameter: string, expected: string): ConnectError {
  return new ConnectError({
    status: 400,
    code: "PARAMETER_ERROR.INVALID",
    title: "A parameter has a value that is not valid.",
    detail: `Expected ${parameter} to be ${expected}.`,
    parameter,
  });
}

/** Returns the error for a key that has used up its hour. */
export function rateLimitExceeded(): ConnectError {
  return new ConnectError({
    status: 429,
    code: "RATE_LIMIT_EXCEEDED",
    title: "There were too many requests.",
    detail: "The key has made all the requests it may in an hour.",
  });
}
