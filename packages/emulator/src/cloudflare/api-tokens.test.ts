import { describe, expect, test } from "vitest";
import { createManualClock } from "../testing/manual-clock.ts";
import { CALL_LIMIT, createApiTokens } from "./api-tokens.ts";
import { CloudflareApiError } from "./cloudflare-error.ts";

describe("createApiTokens()", () => {
  test("takes 1,200 calls in five minutes, and then none for five", () => {
    const clock = createManualClock();
    const tokens = createApiTokens(clock, CALL_LIMIT);
    const authorization = `Bearer ${tokens.add()}`;
    const spend = () => {
      try {
        tokens.spend(authorization);
        return 200;
      } catch (error) {
        return error instanceof CloudflareApiError
          ? [error.status, error.headers["retry-after"]]
          : error;
      }
    };
    expect(Array.from({ length: 1200 }, spend).every((status) => status === 200)).toBe(true);
    expect(tokens.headers(authorization)).toEqual({
      ratelimit: '"default";r=0;t=300',
      "ratelimit-policy": '"default";q=1200;w=300',
    });
    clock.advance(290_000);
    expect(spend()).toEqual([429, "300"]);
    clock.advance(299_000);
    expect(spend()).toEqual([429, "1"]);
    clock.advance(1000);
    expect(spend()).toBe(200);
  });
});
