import type { Role } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { CustomFetch } from "openid-client";
import type { AppScope } from "../tables.ts";

/** Who may join by signing in at the provider, and as what. */
export interface ProviderRule {
  /** An e-mail address, or a domain: everybody at it, but not at its subdomains. */
  readonly match: { readonly email: string } | { readonly domain: string };
  readonly role: Role;
  readonly apps: AppScope;
}

/** An OpenID provider people sign in with. */
export interface ProviderOptions {
  /** Its issuer as its discovery document has it: https, or http on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The first that matches counts; without one only people who are there already can sign in. */
  readonly rules?: readonly ProviderRule[];
  /** Default: the host's. */
  readonly fetch?: CustomFetch;
}

/** Hosts of this machine, where TLS would protect nothing. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Returns the issuer of a provider.
 *
 * @throws UsageError `PROVIDER_ISSUER_INVALID`
 */
export function parseIssuer(issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url?.protocol === "https:" || isLoopback(url)) return new URL(issuer);
  throw new UsageError(
    "PROVIDER_ISSUER_INVALID",
    "expected an OpenID issuer like https://login.example.com; http is for this machine only",
  );
}

/** Tells whether a URL is http on this machine. */
export function isLoopback(url: URL | undefined): boolean {
  return url?.protocol === "http:" && LOOPBACK.has(url.hostname);
}

/** Returns what somebody with an address may join as; undefined where they may not. */
export function decideRule(
  rules: readonly ProviderRule[],
  email: string,
): ProviderRule | undefined {
  const address = email.toLowerCase();
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return rules.find(({ match }) =>
    "email" in match
      ? match.email.toLowerCase() === address
      : match.domain.toLowerCase() === domain,
  );
}
