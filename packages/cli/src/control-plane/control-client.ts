import { API_ERRORS, isApiErrorCode } from "@holdfast/api";
import type { ApiErrorCode } from "@holdfast/api";
import { ApiCallError, createApiClient } from "@holdfast/api/client";
import type { ApiClient } from "@holdfast/api/client";
import type { ApiFetch } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";
import { readTimeouts } from "../storekit/timeouts.ts";
import { ControlCallError } from "./control-call-error.ts";

/** What a client of a control plane is made from. */
export interface ControlClientOptions {
  /** As `parseServerUrl` returns it. */
  readonly server: string;
  /** The bearer token; without it nobody speaks. */
  readonly token?: string | undefined;
  /** Default: the outside world's. */
  readonly fetch?: ApiFetch | undefined;
}

/**
 * Returns a client of a control plane whose failures are {@link ControlCallError}s with advice for people
 * at a command line.
 *
 * @throws UsageError `OPTION_INVALID` for `HOLDFAST_TIMEOUT`
 */
export function createControlClient(
  { server, token, fetch }: ControlClientOptions,
  io: Pick<Io, "env" | "fetch" | "now" | "sleep">,
): ApiClient {
  const client = createApiClient({
    baseUrl: server,
    token,
    fetch: fetch ?? io.fetch,
    clock: { now: io.now, sleep: io.sleep },
    timeoutMs: readTimeouts(io).timeoutMs,
  });
  const explained = (error: unknown): unknown =>
    error instanceof ApiCallError
      ? explain(error, { server, hasToken: token !== undefined })
      : error;
  return {
    async call(route, ...input) {
      try {
        return await client.call(route, ...input);
      } catch (error) {
        throw explained(error);
      }
    },
    async *items(route, ...input) {
      try {
        yield* client.items(route, ...input);
      } catch (error) {
        throw explained(error);
      }
    },
  };
}

/** The server speaks to every client alike; here is known what its words come to. */
function explain(
  error: ApiCallError,
  { server, hasToken }: { readonly server: string; readonly hasToken: boolean },
): ControlCallError {
  const { code } = error;
  // Without a token it was a password or a link's code that was wrong.
  if (code === "UNAUTHENTICATED" && hasToken) {
    return new ControlCallError(error, {
      advice: `the token is wrong, has ended or was revoked: holdfast login --server ${server}`,
    });
  }
  if (code === "API_UNREACHABLE" || code === "API_TIMEOUT") {
    return new ControlCallError(error, {
      message: `${error.message}; asked ${server}`,
      advice: "check --server (or HOLDFAST_SERVER), and that the server runs there: holdfast serve",
    });
  }
  if (code === "API_ANSWER_UNEXPECTED" || code === "API_ANSWER_MALFORMED") {
    return new ControlCallError(error, { message: `${error.message}; asked ${server}` });
  }
  const advice = isGeneral(error) ? GENERAL_ADVICE[error.code] : undefined;
  return new ControlCallError(error, advice === undefined ? {} : { advice });
}

/** In place of what the API's table says to every client; what it says to one case is better than this. */
const GENERAL_ADVICE: Readonly<Partial<Record<string, string>>> = {
  NOT_FOUND: "check the ids on the command line; holdfast apps list shows the apps you may see",
  FORBIDDEN: "holdfast whoami shows what you may do; ask an admin for more",
  PRECONDITION_FAILED: "somebody else was faster; run the same command again",
} satisfies Partial<Record<ApiErrorCode, string>>;

function isGeneral({ code, advice }: ApiCallError): boolean {
  return isApiErrorCode(code) && advice === API_ERRORS[code].advice;
}
