import { isStoreKitBaseUrl } from "@holdfast/appstore/http";
import type { ApiEnvironment } from "@holdfast/appstore/http";
import type { Io } from "../command.ts";

/** Which variable sets the base URL of an environment. */
const BASE_URL_VARIABLE = {
  sandbox: "HOLDFAST_STOREKIT_SANDBOX_URL",
  production: "HOLDFAST_STOREKIT_PRODUCTION_URL",
} as const;

/** A base URL that stands for Apple's, and the variable that says so. */
export interface OverriddenBaseUrl {
  readonly variable: string;
  readonly url: string;
}

/** Returns what stands for Apple's base URL, unless that is Apple's own or there is nothing. */
export function findBaseUrl(
  environment: ApiEnvironment,
  { env }: Pick<Io, "env">,
): OverriddenBaseUrl | undefined {
  const variable = BASE_URL_VARIABLE[environment];
  const url = env[variable]?.trim() ?? "";
  return url === "" || isStoreKitBaseUrl(url) ? undefined : { variable, url };
}

/**
 * Returns ` (at http://127.0.0.1:8788/sandbox)` where a call does not go to Apple, and else nothing: a
 * variable that was left in a shell must not look like Apple.
 *
 * @param baseUrl - a client's, which holds no password
 */
export function sayPlace(baseUrl: string | undefined): string {
  return baseUrl === undefined || isStoreKitBaseUrl(baseUrl) ? "" : ` (at ${baseUrl})`;
}
