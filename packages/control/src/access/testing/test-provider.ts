import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { onTestFinished } from "vitest";

/** What the provider says of whoever signs in; each member may be wrong on purpose. */
interface TestIdentity {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: unknown;
  readonly name?: string;
}

/** How the provider misbehaves in its next ID token. */
export type TestProviderFault = "nonce" | "audience" | "issuer" | "expired" | "signature" | "none";

/** A small OpenID provider on loopback: discovery, authorization code with PKCE, ID tokens, user info. */
export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who signs in next. */
  identity: TestIdentity;
  fault: TestProviderFault;
  /** Whether the address stands in the user info alone. */
  isAddressInUserInfo: boolean;
  /** Whether the client's secret goes into the body, and not into the header. */
  takesSecretInBody: boolean;
  /** Every error its endpoints answered with. */
  readonly errors: readonly string[];
  /**
   * Signs in at an authorization URL as `identity`, as a browser would, and returns where the provider sends
   * the browser.
   */
  readonly authorize: (url: string) => Promise<string>;
}

/** An authorization that was given and not yet exchanged. */
interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | null;
  readonly identity: TestIdentity;
}

/** Starts a provider with one client, which ends with the test. */
export async function startTestProvider(redirectUri: string): Promise<TestProvider> {
  const [keys, strangers] = [await generateKeyPair("ES256"), await generateKeyPair("ES256")];
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256", use: "sig" };
  const grants = new Map<string, Grant>();
  const accessTokens = new Map<string, TestIdentity>();
  const errors: string[] = [];
  const state = {
    identity: { sub: "subject-1" } as TestIdentity,
    fault: "none" as TestProviderFault,
    isAddressInUserInfo: false,
    takesSecretInBody: false,
  };
  const clientId = "holdfast";
  const clientSecret = `${randomUUID()}:/+ %ü`;
  let issuer = "";

  function refuse(error: string, status = 400): Response {
    errors.push(error);
    return Response.json({ error }, { status });
  }

  function authorize(query: URLSearchParams): Response {
    const isRight =
      query.get("client_id") === clientId &&
      query.get("redirect_uri") === redirectUri &&
      query.get("response_type") === "code" &&
      query.get("code_challenge_method") === "S256" &&
      query.get("scope")?.split(" ").includes("openid") === true;
    const challenge = query.get("code_challenge");
    if (!isRight || challenge === null) return refuse("invalid_request");
    const code = randomUUID();
    const { identity } = state;
    grants.set(code, { redirectUri, challenge, nonce: query.get("nonce"), identity });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    back.searchParams.set("iss", issuer);
    return Response.redirect(back, 302);
  }

  /** The credentials where it takes them, and only there. */
  function isClient(request: Request, form: URLSearchParams): boolean {
    const header = request.headers.get("authorization")?.replace(/^Basic /, "");
    if (state.takesSecretInBody) {
      const isRight = form.get("client_secret") === clientSecret;
      return header === undefined && isRight && form.get("client_id") === clientId;
    }
    const pair = Buffer.from(header ?? "", "base64")
      .toString()
      .split(":")
      .map(formDecode);
    return !form.has("client_secret") && pair.join(" ") === `${clientId} ${clientSecret}`;
  }

  async function token(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    if (!isClient(request, form)) return refuse("invalid_client", 401);
    const code = form.get("code") ?? "";
    const grant = grants.get(code);
    grants.delete(code);
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (grant?.challenge !== challenge || form.get("redirect_uri") !== grant.redirectUri) {
      return refuse("invalid_grant");
    }
    const access_token = randomUUID();
    accessTokens.set(access_token, grant.identity);
    const id_token = await idToken(grant);
    return Response.json({ access_token, token_type: "Bearer", expires_in: 60, id_token });
  }

  async function idToken({ identity, nonce }: Grant): Promise<string> {
    const { fault, isAddressInUserInfo } = state;
    const claims = isAddressInUserInfo ? { sub: identity.sub } : identity;
    const now = Math.floor(Date.now() / 1000) - (fault === "expired" ? 7200 : 0);
    return new SignJWT({ ...claims, nonce: fault === "nonce" ? "another" : nonce })
      .setProtectedHeader({ alg: "ES256", kid: "one" })
      .setIssuer(fault === "issuer" ? "http://127.0.0.1:1" : issuer)
      .setAudience(fault === "audience" ? "somebody-else" : clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .sign(fault === "signature" ? strangers.privateKey : keys.privateKey);
  }

  function userInfo(request: Request): Response {
    const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    const identity = accessTokens.get(bearer);
    return identity === undefined ? refuse("invalid_token", 401) : Response.json(identity);
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return Response.json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          ...(state.takesSecretInBody
            ? { token_endpoint_auth_methods_supported: ["client_secret_post"] }
            : {}),
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
          code_challenge_methods_supported: ["S256"],
          authorization_response_iss_parameter_supported: true,
        });
      case "/jwks":
        return Response.json({ keys: [jwk] });
      case "/authorize":
        return authorize(searchParams);
      case "/token":
        return token(request);
      case "/userinfo":
        return userInfo(request);
      default:
        return refuse("not_found", 404);
    }
  }

  issuer = await listen(answer);
  return Object.assign(state, {
    issuer,
    clientId,
    clientSecret,
    errors,
    authorize: async (url: string) => {
      const response = await fetch(url, { redirect: "manual" });
      return response.headers.get("location") ?? "";
    },
  });
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

async function listen(answer: (request: Request) => Promise<Response>): Promise<string> {
  const listener = getRequestListener(answer);
  const server = createServer((incoming, outgoing) => {
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  });
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
