import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from "openid-client";
import type { ClientAuth, Configuration } from "openid-client";
import { isLoopback, parseIssuer } from "./provider-options.ts";
import type { ProviderOptions } from "./provider-options.ts";
import { providerRefusal } from "./provider-refusal.ts";

/** Seconds the provider may take for each answer. */
const TIMEOUT_SECONDS = 10;

/** What only the browser, the provider and we know of one login. */
export interface LoginSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What the provider says of somebody, checked; nothing of it is ours yet. */
export interface ProviderClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly isEmailVerified: boolean;
  readonly name: string | undefined;
}

/** Speaks to one provider. */
export interface ProviderClient {
  /** Returns where the browser goes to sign in: code flow with PKCE, state and nonce. */
  readonly authorizationUrl: (redirectUri: string, secrets: LoginSecrets) => Promise<URL>;
  /**
   * Exchanges what the browser came back with, and returns who it is: state, issuer, code, PKCE, and the ID
   * token's signature, audience, times and nonce are checked.
   *
   * @throws ProviderRefusal `PROVIDER_REFUSED`, where its answer failed to come as well; `PROVIDER_UNREACHABLE`
   *   where its document did
   */
  readonly exchange: (returnedTo: URL, secrets: LoginSecrets) => Promise<ProviderClaims>;
}

/**
 * Returns a client of a provider. The provider is asked for its document at the first login, and again
 * after it did not answer, so that it need not be up when we start.
 *
 * @throws UsageError `PROVIDER_ISSUER_INVALID`
 */
export function createProviderClient(options: ProviderOptions): ProviderClient {
  const issuer = parseIssuer(options.issuer);
  let known: Promise<Configuration> | undefined;
  const configuration = async (): Promise<Configuration> => {
    known ??= discover(issuer, options);
    try {
      return await known;
    } catch {
      known = undefined;
      throw providerRefusal("PROVIDER_UNREACHABLE");
    }
  };
  return {
    async authorizationUrl(redirectUri, { state, nonce, codeVerifier }) {
      return buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: "openid email profile",
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
      });
    },
    async exchange(returnedTo, secrets) {
      const provider = await configuration();
      try {
        return await claimsOf(provider, returnedTo, secrets);
      } catch {
        // Its errors repeat what the provider sent, so none is passed on.
        throw providerRefusal("PROVIDER_REFUSED");
      }
    },
  };
}

async function discover(issuer: URL, options: ProviderOptions): Promise<Configuration> {
  const { clientId, clientSecret } = options;
  return discovery(issuer, clientId, {}, secretAuth(clientSecret), {
    timeout: TIMEOUT_SECONDS,
    // TLS to the token endpoint would do; the signature holds whatever stands in between.
    execute: [enableNonRepudiationChecks, ...(isLoopback(issuer) ? [allowInsecureRequests] : [])],
    ...(options.fetch === undefined ? {} : { [customFetch]: options.fetch }),
  });
}

/**
 * Sends the secret in the body where the provider takes that: in the header it is percent-encoded (RFC 6749,
 * section 2.3.1), which some forget to undo.
 */
function secretAuth(secret: string): ClientAuth {
  const [inBody, inHeader] = [ClientSecretPost(secret), ClientSecretBasic(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? [];
    const authenticate = methods.includes("client_secret_post") ? inBody : inHeader;
    authenticate(server, ...rest);
  };
}

async function claimsOf(
  provider: Configuration,
  returnedTo: URL,
  { state, nonce, codeVerifier }: LoginSecrets,
): Promise<ProviderClaims> {
  const tokens = await authorizationCodeGrant(provider, returnedTo, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw providerRefusal("PROVIDER_REFUSED");
  const { iss: issuer, sub: subject } = claims;
  // Providers may keep the address out of the ID token (OpenID Connect Core, section 5.4).
  const said =
    claims["email"] === undefined
      ? await fetchUserInfo(provider, tokens.access_token, subject)
      : claims;
  return { issuer, subject, ...profileOf({ ...said }) };
}

function profileOf(said: Readonly<Record<string, unknown>>) {
  const { email, name } = said;
  return {
    email: typeof email === "string" ? email : undefined,
    isEmailVerified: said["email_verified"] === true,
    name: typeof name === "string" ? name : undefined,
  };
}
