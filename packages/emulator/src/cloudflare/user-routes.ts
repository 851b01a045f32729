import type { ApiRoute } from "./api-route.ts";
import { type CloudflareApiError, REFUSALS } from "./cloudflare-error.ts";

/** One for all of them. */
const TOKEN_ID = "0".repeat(32);

/**
 * Returns the operations outside of an account: whether a token is good, and which accounts it sees.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
 */
export function userRoutes(accountId: string): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "user/tokens/verify",
      unknownToken: REFUSALS.tokenInvalid,
      answer: () => ({ result: { id: TOKEN_ID, status: "active" } }),
    },
    // Tokens here may see neither the user they are of nor its memberships.
    { method: "GET", path: "user", answer: () => refuse(REFUSALS.notForTokens()) },
    { method: "GET", path: "memberships", answer: () => refuse(REFUSALS.badToken()) },
    {
      method: "GET",
      path: "accounts",
      answer: () => ({
        result: [{ id: accountId, name: "Local double" }],
        resultInfo: { page: 1, per_page: 20, count: 1, total_count: 1, total_pages: 1 },
      }),
    },
  ];
}

function refuse(error: CloudflareApiError): never {
  throw error;
}
