import { parseApiBaseUrl } from "./base-url.ts";

/** Which of Apple's hosts: what is in one of them is unknown to the other. */
export type ApiEnvironment = "sandbox" | "production";

/**
 * Apple's hosts of the Retention Messaging and App Store Server APIs, as recommended since 2026-05-05.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/retention-messaging-changelog
 */
const STORE_KIT_BASE_URLS: Readonly<Record<ApiEnvironment, string>> = {
  production: "https://api.storekit.apple.com",
  sandbox: "https://api.storekit-sandbox.apple.com",
};

/**
 * Returns the base URL of the Retention Messaging and App Store Server APIs, without a slash at its
 * end: Apple's, or `override`, which may hold a path, like `http://127.0.0.1:8788/sandbox`.
 *
 * @throws UsageError `BASE_URL_INVALID`, see {@link parseApiBaseUrl}
 */
export function storeKitBaseUrl(environment: ApiEnvironment, override?: string): string {
  return override === undefined ? STORE_KIT_BASE_URLS[environment] : parseApiBaseUrl(override);
}

/** Tells whether a base URL is one of Apple's, whose limits then hold. */
export function isStoreKitBaseUrl(baseUrl: string): boolean {
  return Object.values(STORE_KIT_BASE_URLS).includes(baseUrl);
}
