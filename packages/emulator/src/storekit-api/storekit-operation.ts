import type { AppEnvironment, EnvironmentName } from "../world/index.ts";

/** An authenticated request for an operation. */
export interface StorekitCall {
  /** The token's app, and the environment of the host. */
  readonly place: AppEnvironment;
  /** Returns a segment of the address by the name the operation's path gives it, percent-decoded. */
  readonly segment: (name: string) => string;
  readonly query: URLSearchParams;
  /** Returns the JSON in the body, whatever it is; throws `GENERAL_BAD_REQUEST`, `BODY_TOO_LARGE`. */
  readonly readJson: () => Promise<unknown>;
  /** Returns the body; throws `BODY_TOO_LARGE`. */
  readonly readBytes: () => Promise<Uint8Array>;
}

/**
 * One operation of Apple's StoreKit hosts, as data: where it is, and what it does. Authentication,
 * rate limits, faults and the log are the same for all.
 */
export interface StorekitOperation {
  /** As Apple's libraries call it, like `uploadMessage`. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** After the host; variable segments begin with a colon. */
  readonly path: `/${string}`;
  /** Where there is such an operation; default both. */
  readonly environments?: readonly EnvironmentName[];
  /** How many of them an app may have in an hour in production, a tenth in the sandbox; default any. */
  readonly perHour?: number;
  /** Apple answers 404 without a body to an app without access; default false. */
  readonly needsAccess?: boolean;
  /**
   * Does it; throws the `AppleApiError` to answer. Returns the body, or `undefined` for none.
   */
  readonly run: (call: StorekitCall) => unknown;
}
