import { recordAudit } from "../../audit/index.ts";
import { readCookie } from "../../http/index.ts";
import type { Page, PageRequest } from "../../http/index.ts";
import type { AccessServices } from "../access-services.ts";
import { countLogin } from "../login-throttle.ts";
import { actorOf, hasAdmin } from "../people.ts";
import { hashSecret, newSecret } from "../secrets.ts";
import { startSession } from "../sessions.ts";
import { startOf } from "../sign-in.ts";
import { admitPerson } from "./admit-person.ts";
import { createProviderClient } from "./provider-client.ts";
import type { LoginSecrets, ProviderClient } from "./provider-client.ts";
import type { ProviderOptions } from "./provider-options.ts";
import { providerRefusal, ProviderRefusal } from "./provider-refusal.ts";

/** Where a browser goes to sign in with the provider; `?returnTo=/path` says where to afterwards. */
export const LOGIN_PATH = "/auth/openid/login";

/** Where the provider sends it back to: the redirect URI to register there, behind the public URL. */
export const CALLBACK_PATH = "/auth/openid/callback";

/** The console's page that shows why a login did not sign in: `?error=` has the code. */
const SIGN_IN_PATH = "/sign-in";

const MAX_RETURN_LENGTH = 512;

/** What both pages work with. */
interface ProviderServices extends AccessServices {
  readonly provider: ProviderOptions;
  readonly client: ProviderClient;
}

/**
 * Returns the two pages by which people sign in with an OpenID provider.
 *
 * @throws UsageError `PROVIDER_ISSUER_INVALID`
 */
export function providerPages(
  services: AccessServices,
  provider: ProviderOptions,
): readonly Page[] {
  const all = { ...services, provider, client: createProviderClient(provider) };
  return [
    { path: LOGIN_PATH, respond: (page) => orSignInPage(() => beginLogin(page, all)) },
    { path: CALLBACK_PATH, respond: (page) => orSignInPage(() => endLogin(page, all)) },
  ];
}

/** People see the console's words for what went wrong, not JSON. */
async function orSignInPage(respond: () => Promise<Response>): Promise<Response> {
  try {
    return await respond();
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error;
    return redirect(`${SIGN_IN_PATH}?error=${error.code}`, []);
  }
}

async function beginLogin(page: PageRequest, services: ProviderServices): Promise<Response> {
  const { database, client, cookies, lifetimes, publicUrl, random } = services;
  await countLogin(database.queries, { address: page.client.address, now: page.now });
  if (!(await hasAdmin(database.queries))) throw providerRefusal("SETUP_MISSING");
  const secret = newSecret(random);
  const login = {
    state: newSecret(random),
    nonce: newSecret(random),
    codeVerifier: newSecret(random),
  };
  const url = await client.authorizationUrl(`${publicUrl}${CALLBACK_PATH}`, login);
  await database.queries
    .insertInto("provider_logins")
    .values({
      secret_hash: hashSecret(secret),
      state: login.state,
      nonce: login.nonce,
      code_verifier: login.codeVerifier,
      return_to: returnPath(page.request, publicUrl),
      expires_at: page.now + lifetimes.providerLoginMs,
    })
    .execute();
  return redirect(url.href, [cookies.setLogin(secret, lifetimes.providerLoginMs)]);
}

async function endLogin(page: PageRequest, services: ProviderServices): Promise<Response> {
  const { database, client, cookies, ids, provider, publicUrl } = services;
  const { request, now, requestId } = page;
  const { returnTo, ...login } = await takeLogin(page, services);
  // Behind a proxy our own view of the URL is another one than the browser's.
  const returned = new URL(`${CALLBACK_PATH}${new URL(request.url).search}`, publicUrl);
  const claims = await client.exchange(returned, login);
  const newId = `person_${ids()}`;
  const cookie = await database.transaction(async ({ queries }) => {
    const admission = { rules: provider.rules ?? [], newId, now, requestId };
    const person = await admitPerson(queries, claims, admission);
    const entry = {
      actor: actorOf(person),
      action: "createSession",
      target: person.id,
      summary: `signed in with ${new URL(claims.issuer).host}`,
      requestId,
    };
    await recordAudit(queries, entry, now);
    const start = { services, ...startOf(page.client, now) };
    const { headers } = await startSession(queries, person, start);
    return headers["Set-Cookie"];
  });
  return redirect(returnTo, [cookie, cookies.clearLogin()]);
}

/** Of a login one callback is taken, from the browser it began in. */
async function takeLogin(
  { request, now }: PageRequest,
  { cookies, database }: AccessServices,
): Promise<LoginSecrets & { readonly returnTo: string }> {
  const secret = readCookie(request.headers, cookies.login) ?? "";
  const row = await database.queries
    .deleteFrom("provider_logins")
    .where("secret_hash", "=", hashSecret(secret))
    .where("expires_at", ">", now)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw providerRefusal("LOGIN_EXPIRED");
  const { state, nonce, code_verifier: codeVerifier, return_to: returnTo } = row;
  return { state, nonce, codeVerifier, returnTo };
}

/** A path of ours: a login that leads to another site would lend it our name. */
function returnPath(request: Request, publicUrl: string): string {
  const asked = new URL(request.url).searchParams.get("returnTo") ?? "/";
  if (asked.length > MAX_RETURN_LENGTH || !URL.canParse(asked, publicUrl)) return "/";
  const { origin, pathname, search, hash } = new URL(asked, publicUrl);
  const path = `${pathname}${search}${hash}`;
  // A path that begins with two slashes is another host's to a browser.
  return origin === publicUrl && asked.startsWith("/") && !path.startsWith("//") ? path : "/";
}

/** 303, so that the browser comes with GET; relative to us, or absolute. */
function redirect(location: string, cookies: readonly string[]): Response {
  const headers = new Headers({
    Location: location,
    "Cache-Control": "no-store",
    // The callback's address holds the code.
    "Referrer-Policy": "no-referrer",
  });
  for (const cookie of cookies) headers.append("Set-Cookie", cookie);
  return new Response(null, { status: 303, headers });
}
