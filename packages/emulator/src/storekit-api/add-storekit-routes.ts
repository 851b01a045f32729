import type { Context, Hono } from "hono";
import { AppleApiError } from "../errors/index.ts";
import { readBytes } from "../server/request-body.ts";
import { ENVIRONMENTS, type EnvironmentName } from "../world/index.ts";
import { answerOperation, type StorekitContext, type StorekitRequest } from "./answer-operation.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

/** The largest JSON taken, in bytes; ours, and many times what Apple's limits on texts allow. */
const MAX_JSON_BYTES = 1024 * 1024;

/**
 * Adds `operations` under `/sandbox` and `/production`, which stand for Apple's two hosts. What Apple
 * answers at other addresses is UNCONFIRMED; here it is 404, and 405 for another method, without body.
 */
export function addStorekitRoutes(
  app: Hono,
  operations: readonly StorekitOperation[],
  context: StorekitContext,
): void {
  for (const environment of ENVIRONMENTS) {
    const there = operations.filter((operation) => isIn(operation, environment));
    for (const operation of there) {
      app.on(operation.method, `/${environment}${operation.path}`, async (asked) =>
        answerOperation(operation, requestOf(asked, environment), context),
      );
    }
    for (const path of new Set(there.map((operation) => operation.path))) {
      app.all(`/${environment}${path}`, ({ body }) => body(null, 405));
    }
    app.all(`/${environment}/*`, ({ body }) => body(null, 404));
  }
}

function isIn({ environments = ENVIRONMENTS }: StorekitOperation, name: EnvironmentName): boolean {
  return environments.includes(name);
}

function requestOf({ req }: Context, environment: EnvironmentName): StorekitRequest {
  return {
    environment,
    authorization: req.header("authorization") ?? null,
    segment: (name) => req.param(name) ?? "",
    query: new URL(req.url).searchParams,
    readBytes: async () => readBytes(req.raw),
    readJson: async () => parseJson(await readBytes(req.raw, MAX_JSON_BYTES)),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return value;
  } catch {
    throw new AppleApiError("GENERAL_BAD_REQUEST", "Expected JSON in UTF-8.");
  }
}
