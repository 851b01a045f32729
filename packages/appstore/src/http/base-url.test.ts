import { describe, expect, test } from "vitest";
import { thrownBy } from "../signed-data/testing/thrown-by.ts";
import { isStoreKitBaseUrl, parseApiBaseUrl, storeKitBaseUrl } from "./index.ts";

describe("parseApiBaseUrl()", () => {
  test.each([
    ["https://api.storekit.apple.com", "https://api.storekit.apple.com"],
    ["https://API.example.com:8443/", "https://api.example.com:8443"],
    ["http://127.0.0.1:8788/sandbox", "http://127.0.0.1:8788/sandbox"],
    ["http://127.0.0.1:8788/sandbox///", "http://127.0.0.1:8788/sandbox"],
    ["http://localhost:8788", "http://localhost:8788"],
    ["http://[::1]:8788", "http://[::1]:8788"],
    ["http://127.1", "http://127.0.0.1"],
  ])("takes %s", (text, baseUrl) => {
    expect(parseApiBaseUrl(text)).toBe(baseUrl);
  });

  test.each([
    "",
    "api.storekit.apple.com",
    "http://api.storekit.apple.com",
    "http://10.0.0.1:8788",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://[::2]",
    "ftp://127.0.0.1",
    "file:///etc",
    "https://example.com/?a=b",
    "https://example.com/#a",
  ])("refuses %s", (text) => {
    const error = thrownBy(() => parseApiBaseUrl(text));
    expect(error).toMatchObject({ name: "UsageError", code: "BASE_URL_INVALID" });
  });

  test("refuses a password and does not repeat it", () => {
    const error = thrownBy(() => parseApiBaseUrl("https://user:hunter2@example.com"));
    expect(error.code).toBe("BASE_URL_INVALID");
    expect(error.message).not.toContain("hunter2");
  });
});

describe("storeKitBaseUrl()", () => {
  test("is Apple's for each environment", () => {
    const sandbox = storeKitBaseUrl("sandbox");
    const production = storeKitBaseUrl("production");
    expect([sandbox, production]).toEqual([
      "https://api.storekit-sandbox.apple.com",
      "https://api.storekit.apple.com",
    ]);
    expect([sandbox, production].every(isStoreKitBaseUrl)).toBe(true);
  });

  test("is the one that is given instead, when it may be", () => {
    const baseUrl = storeKitBaseUrl("sandbox", "http://127.0.0.1:8788/sandbox/");
    expect(baseUrl).toBe("http://127.0.0.1:8788/sandbox");
    expect(isStoreKitBaseUrl(baseUrl)).toBe(false);
    expect(thrownBy(() => storeKitBaseUrl("sandbox", "http://example.com")).code).toBe(
      "BASE_URL_INVALID",
    );
  });
});
