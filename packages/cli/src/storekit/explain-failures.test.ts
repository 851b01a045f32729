import { AppleApiError } from "@holdfast/appstore/http";
import type { AppleApiErrorCode } from "@holdfast/appstore/http";
import { expect, test } from "vitest";
import { explainFailures } from "./explain-failures.ts";

const FACTS = {
  credentials: "profile CI",
  keyId: "2X9R4HXF34",
  issuerId: "57246542-96fe-1a63-e053-0824d011072a",
  bundleId: "com.example.app",
  baseUrl: { variable: "HOLDFAST_STOREKIT_SANDBOX_URL", url: "http://127.0.0.1:1" },
};

function clientFailing(code: AppleApiErrorCode) {
  return {
    bundleId: "com.example.app",
    async getMessageList(_options: object): Promise<never> {
      const facts = {
        operation: "Get",
        effect: "none",
        retryable: false,
        advice: "Look.",
      } as const;
      throw new AppleApiError(code, "no", facts);
    },
  };
}

async function adviceFor(code: AppleApiErrorCode, facts: typeof FACTS): Promise<unknown> {
  const client = explainFailures(clientFailing(code), facts);
  return client.getMessageList({}).catch((error: unknown) => (error as AppleApiError).advice);
}

test("explainFailures() says which credentials Apple does not accept", async () => {
  expect(await adviceFor("APPLE_UNAUTHORIZED", FACTS)).toBe(
    "Look. Used: profile CI, key id 2X9R4HXF34, issuer id 57246542-96fe-1a63-e053-0824d011072a, bundle id com.example.app, the base URL in HOLDFAST_STOREKIT_SANDBOX_URL.",
  );
});

test("explainFailures() names the variable that set the base URL where nobody answers", async () => {
  expect(await adviceFor("APPLE_UNREACHABLE", FACTS)).toBe(
    "The base URL comes from HOLDFAST_STOREKIT_SANDBOX_URL; unset it to call Apple. Look.",
  );
});

test("explainFailures() leaves other failures, members and results as they are", async () => {
  expect(await adviceFor("APPLE_RATE_LIMITED", FACTS)).toBe("Look.");
  const explained = explainFailures({ a: 1, later: async () => 2, now: () => 3 }, FACTS);
  expect([explained.a, await explained.later(), explained.now()]).toEqual([1, 2, 3]);
});
