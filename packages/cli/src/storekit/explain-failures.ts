import { AppleApiError } from "@holdfast/appstore/http";
import type { OverriddenBaseUrl } from "./base-url.ts";

/** Whom and what a client calls: what its failures are explained by. */
export interface CallFacts {
  /** Where the credentials are from, like `profile Production`; undefined where they have no name. */
  readonly credentials: string | undefined;
  readonly keyId: string;
  readonly issuerId: string;
  readonly bundleId: string;
  readonly baseUrl: OverriddenBaseUrl | undefined;
}

/** Failures that a base URL left in the shell causes. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  "APPLE_UNREACHABLE",
  "APPLE_CONNECTION_LOST",
  "APPLE_TIMEOUT",
]);

/** Failures that the wrong credentials cause. */
const OF_CREDENTIALS: ReadonlySet<string> = new Set(["APPLE_UNAUTHORIZED", "APPLE_NO_ACCESS"]);

/**
 * Returns the client with calls that fail as before, and whose errors also say what was used: the
 * credentials where Apple does not accept them, the variable that set the base URL where nobody answers.
 */
export function explainFailures<Client extends object>(client: Client, facts: CallFacts): Client {
  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Promise ? result.catch(rethrowExplained(facts)) : result;
      };
    },
  });
}

function rethrowExplained(facts: CallFacts): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AppleApiError)) throw error;
    const parts = [sayBaseUrl(error, facts), error.advice, sayCredentials(error, facts)];
    const advice = parts.filter((part) => part !== undefined).join(" ");
    throw advice === "" ? error : error.withFacts({ advice });
  };
}

function sayBaseUrl({ code }: AppleApiError, { baseUrl }: CallFacts): string | undefined {
  if (baseUrl === undefined || !OF_CONNECTION.has(code)) return undefined;
  return `The base URL comes from ${baseUrl.variable}; unset it to call Apple.`;
}

function sayCredentials({ code }: AppleApiError, facts: CallFacts): string | undefined {
  if (!OF_CREDENTIALS.has(code)) return undefined;
  const { credentials, keyId, issuerId, bundleId, baseUrl } = facts;
  const used = [
    ...(credentials === undefined ? [] : [credentials]),
    `key id ${keyId}`,
    `issuer id ${issuerId}`,
    `bundle id ${bundleId}`,
    ...(baseUrl === undefined ? [] : [`the base URL in ${baseUrl.variable}`]),
  ];
  return `Used: ${used.join(", ")}.`;
}
