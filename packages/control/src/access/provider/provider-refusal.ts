import { PolicyError } from "@holdfast/appstore/errors";

/** Why a login at the provider did not sign anybody in; the sign-in page gets it in its address. */
export type ProviderRefusalCode =
  /** The provider did not answer, or not in a way that can be used. */
  | "PROVIDER_UNREACHABLE"
  /** The provider, or our checks of what it said, refused. */
  | "PROVIDER_REFUSED"
  /** The login was begun in another browser, too long ago, or is over already. */
  | "LOGIN_EXPIRED"
  /** The provider does not vouch for an e-mail address. */
  | "EMAIL_UNVERIFIED"
  /** Nobody with this address is here, and no rule lets them join. */
  | "NOT_ALLOWED"
  | "ACCOUNT_DISABLED"
  /** There is no admin yet. */
  | "SETUP_MISSING";

/** A login that did not sign anybody in. */
export class ProviderRefusal extends PolicyError<ProviderRefusalCode> {}

/** Returns the refusal with a code; its message is for logs and says no more than the code does. */
export function providerRefusal(code: ProviderRefusalCode): ProviderRefusal {
  return new ProviderRefusal(code, `the login at the OpenID provider ended with ${code}`);
}
