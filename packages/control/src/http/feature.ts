import { UsageError } from "@holdfast/appstore/errors";
import type { Route } from "@holdfast/api";
import type { Client, Implementation } from "./implementation.ts";

/** What is known of a request for a page. */
export interface PageRequest {
  readonly request: Request;
  readonly client: Client;
  readonly requestId: string;
  readonly now: number;
}

/** Something for browsers beside the API: a document, a redirect. Its errors are answered as operations' are. */
export interface Page {
  readonly path: `/${string}`;
  readonly respond: (page: PageRequest) => Promise<Response> | Response;
}

/** What is known of a request that a receiver takes. */
export interface ReceivedRequest {
  readonly request: Request;
  /** The path's parameters, percent-decoded, as they came. */
  readonly params: Readonly<Record<string, string>>;
  readonly now: number;
}

/**
 * Takes what others post by rules of their own, beside the API: its path, its body and its answers are not
 * ours to choose. Without any sign-in; its errors are answered as operations' are.
 */
export interface Receiver {
  /** What it is called in logs and metrics, beside the operations' ids. */
  readonly name: string;
  /** Every way it may be spelled, parameters as `:name`. */
  readonly paths: readonly `/${string}`[];
  readonly receive: (received: ReceivedRequest) => Promise<Response>;
}

/** What a feature of the control plane answers. */
export interface Feature {
  readonly operations: readonly Implementation[];
  /** Answer POST. */
  readonly receivers?: readonly Receiver[];
  /** Answer GET, without any sign-in. */
  readonly pages?: readonly Page[];
}

/** Returns the API's operations no feature implements, which are not mounted then. */
export function missingOperations(
  routes: Readonly<Record<string, Route>>,
  features: readonly Feature[],
): readonly Route[] {
  const implemented = new Set(operationsOf(features).map(({ route }) => route.operationId));
  return Object.values(routes).filter(({ operationId }) => !implemented.has(operationId));
}

/**
 * Returns all operations of features.
 *
 * @throws UsageError `OPERATION_TWICE` where two features implement the same
 */
export function operationsOf(features: readonly Feature[]): readonly Implementation[] {
  const operations = features.flatMap((feature) => feature.operations);
  const names = operations.map(({ route }) => `${route.method} ${route.path}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return operations;
  throw new UsageError("OPERATION_TWICE", `expected one implementation of ${twice}, got two`);
}
