import type { Hono } from "hono";
import { createFaults, type Faults } from "../faults/index.ts";
import { addStorekitRoutes } from "./add-storekit-routes.ts";
import type { StorekitContext } from "./answer-operation.ts";
import { createRateLimits, type RateLimitOptions } from "./rate-limits.ts";
import { createRequestLog, type RequestLog } from "./request-log.ts";
import type { StorekitOperation } from "./storekit-operation.ts";

/** Apple's StoreKit hosts. */
export interface StorekitApi {
  readonly faults: Faults;
  readonly requestLog: RequestLog;
  /** Lets `app` answer for both hosts. */
  addTo(app: Hono): void;
}

/** What the hosts need. */
export interface StorekitApiOptions extends Pick<
  StorekitContext,
  "world" | "clock" | "signal" | "refusedTokens" | "onInternalError"
> {
  /** Default none. */
  readonly rateLimits?: RateLimitOptions | undefined;
}

/** Returns hosts that have `operations`; throws `OPTIONS_INVALID` for impossible rate limits. */
export function createStorekitApi(
  operations: readonly StorekitOperation[],
  { rateLimits, ...options }: StorekitApiOptions,
): StorekitApi {
  const context = {
    ...options,
    faults: createFaults({
      operations: operations.map(({ name }) => name),
      apps: [...options.world.keys()],
    }),
    rateLimits: createRateLimits(options.clock, rateLimits),
    requestLog: createRequestLog(),
  };
  return {
    faults: context.faults,
    requestLog: context.requestLog,
    addTo(app) {
      addStorekitRoutes(app, operations, context);
    },
  };
}
