import { describe, expect, test } from "vitest";
import { openTestControl, PUBLIC_URL } from "../../http/testing/test-control.ts";
import type { Answer, TestControl } from "../../http/testing/test-control.ts";
import { engines, SQLITE } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { startTestProvider } from "../testing/test-provider.ts";
import type { TestProvider, TestProviderFault } from "../testing/test-provider.ts";
import { createProviderClient } from "./provider-client.ts";
import { decideRule } from "./provider-options.ts";
import type { ProviderRule } from "./provider-options.ts";
import { CALLBACK_PATH, LOGIN_PATH } from "./provider-pages.ts";

const RULES: readonly ProviderRule[] = [
  { match: { email: "lead@example.com" }, role: "publisher", apps: "all" },
  { match: { domain: "example.com" }, role: "viewer", apps: ["yoga"] },
];

const BOB = { sub: "s-bob", email: "Bob@example.com", email_verified: true, name: "Bob" };

interface Signing {
  readonly control: TestControl;
  readonly provider: TestProvider;
  readonly admin: string;
}

async function prepare(engine: TestEngine): Promise<Signing> {
  const provider = await startTestProvider(`${PUBLIC_URL}${CALLBACK_PATH}`);
  const { issuer, clientId, clientSecret } = provider;
  const control = await openTestControl(engine, {
    access: { provider: { issuer, clientId, clientSecret, rules: RULES } },
  });
  return { control, provider, admin: await control.setUp() };
}

/** Cookies an answer sets, as a browser sends them back; those it takes away are left out. */
function cookiesOf({ headers }: Answer): string {
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");
  return pairs.filter((pair) => !pair.endsWith("=")).join("; ");
}

/** A browser's request to a page: a navigation, which carries none of what our own pages add. */
function visit({ control }: Signing, path: string, cookie = ""): Promise<Answer> {
  return control.call("GET", path, { headers: cookie === "" ? {} : { Cookie: cookie } });
}

/** Signs in as a browser does, up to where it comes back to us; there it asks for the path returned. */
async function goThrough(signing: Signing, query = "") {
  const begun = await visit(signing, `${LOGIN_PATH}${query}`);
  const back = await signing.provider.authorize(begun.headers.get("location") ?? "");
  const { pathname, search } = new URL(back);
  return { begun, path: `${pathname}${search}`, cookie: cookiesOf(begun) };
}

async function signIn(signing: Signing, identity: TestProvider["identity"], query = "") {
  signing.provider.identity = identity;
  const { path, cookie } = await goThrough(signing, query);
  return visit(signing, path, cookie);
}

async function sessionOf({ control }: Signing, answer: Answer) {
  const { json } = await control.call("GET", "/v1/session", { cookie: cookiesOf(answer) });
  return json;
}

describe.each(await engines())("on $name", (engine) => {
  test("somebody a rule admits joins with its role, and is the same person ever after", async () => {
    const signing = await prepare(engine);
    const first = await signIn(signing, BOB);
    expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
    const session = await sessionOf(signing, first);
    expect(session).toMatchObject({ kind: "person", name: "Bob", role: "viewer", apps: ["yoga"] });
    const renamed = { sub: BOB.sub, email: "new@elsewhere.example", email_verified: false };
    const second = await sessionOf(signing, await signIn(signing, renamed));
    expect(second).toMatchObject({ id: (session as { id: string }).id, name: "Bob" });
    const { json } = await signing.control.call("GET", "/v1/audit", { cookie: signing.admin });
    const actions = (json as { items: { action: string }[] }).items.map(({ action }) => action);
    expect(actions.toReversed()).toEqual([
      "createFirstAdmin",
      "joinByProvider",
      "linkIdentity",
      "createSession",
      "createSession",
    ]);
  });

  test("somebody who is here already is linked by their verified address and keeps their role", async () => {
    const signing = await prepare(engine);
    await signing.control.join(signing.admin, "kim@elsewhere.example", "editor");
    const kim = { sub: "s-kim", email: "KIM@elsewhere.example", email_verified: true };
    const session = await sessionOf(signing, await signIn(signing, kim));
    expect(session).toMatchObject({ role: "editor", name: "kim@elsewhere.example" });
  });

  test("a disabled person is not signed in, and not linked", async () => {
    const signing = await prepare(engine);
    const { queries } = signing.control.database;
    await signIn(signing, BOB);
    await queries.updateTable("people").set({ is_disabled: 1 }).where("name", "=", "Bob").execute();
    for (const identity of [BOB, { ...BOB, sub: "s-other" }]) {
      const answer = await signIn(signing, identity);
      expect(answer.headers.get("location")).toBe("/sign-in?error=ACCOUNT_DISABLED");
    }
    expect(await queries.selectFrom("identities").selectAll().execute()).toHaveLength(1);
  });

  test("a login counts once, in time, and in the browser it began in", async () => {
    const signing = await prepare(engine);
    signing.provider.identity = BOB;
    const expired = "/sign-in?error=LOGIN_EXPIRED";
    const other = await goThrough(signing);
    const mine = await goThrough(signing);
    const without = await visit(signing, mine.path);
    expect(without.headers.get("location")).toBe(expired);
    // Login CSRF: what came back to somebody else's browser is of no use in this one.
    const swapped = await visit(signing, other.path, mine.cookie);
    expect(swapped.headers.get("location")).toBe("/sign-in?error=PROVIDER_REFUSED");
    const fresh = await goThrough(signing);
    expect((await visit(signing, fresh.path, fresh.cookie)).headers.get("location")).toBe("/");
    const again = await visit(signing, fresh.path, fresh.cookie);
    expect(again.headers.get("location")).toBe(expired);
    const late = await goThrough(signing);
    signing.control.clock.now += 600_000;
    expect((await visit(signing, late.path, late.cookie)).headers.get("location")).toBe(expired);
  });
});

test.each<TestProviderFault>(["nonce", "audience", "issuer", "expired", "signature"])(
  "nobody is signed in by an ID token with a wrong %s",
  async (fault) => {
    const signing = await prepare(SQLITE);
    signing.provider.fault = fault;
    const answer = await signIn(signing, BOB);
    expect(answer.headers.get("location")).toBe("/sign-in?error=PROVIDER_REFUSED");
    expect(cookiesOf(answer)).toBe("");
    signing.provider.fault = "none";
    expect((await signIn(signing, BOB)).headers.get("location")).toBe("/");
    expect(signing.provider.errors).toEqual([]);
  },
);

test("the address may stand in the user info alone", async () => {
  const signing = await prepare(SQLITE);
  signing.provider.isAddressInUserInfo = true;
  const session = await sessionOf(signing, await signIn(signing, BOB));
  expect(session).toMatchObject({ name: "Bob" });
});

test("the client's secret goes into the body where the provider takes it there", async () => {
  const signing = await prepare(SQLITE);
  signing.provider.takesSecretInBody = true;
  expect((await signIn(signing, BOB)).headers.get("location")).toBe("/");
  expect(signing.provider.errors).toEqual([]);
});

test("the provider's own refusal leads back to the sign-in page", async () => {
  const signing = await prepare(SQLITE);
  const { begun, cookie } = await goThrough(signing);
  const state = new URL(begun.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const query = new URLSearchParams({
    error: "access_denied",
    state,
    iss: signing.provider.issuer,
  });
  const answer = await visit(signing, `${CALLBACK_PATH}?${query.toString()}`, cookie);
  expect(answer.headers.get("location")).toBe("/sign-in?error=PROVIDER_REFUSED");
});

test("the login's secrets are new each time, bound to a cookie and not in the clear in the database", async () => {
  const signing = await prepare(SQLITE);
  const begun = [await visit(signing, LOGIN_PATH), await visit(signing, LOGIN_PATH)];
  const urls = begun.map(({ headers }) => new URL(headers.get("location") ?? ""));
  for (const name of ["state", "nonce", "code_challenge"]) {
    expect(new Set(urls.map(({ searchParams }) => searchParams.get(name))).size).toBe(2);
  }
  expect(begun[0]?.headers.get("set-cookie")).toMatch(
    /^__Host-holdfast_login=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
  );
  const { queries } = signing.control.database;
  const rows = JSON.stringify(await queries.selectFrom("provider_logins").selectAll().execute());
  for (const answer of begun) expect(rows).not.toContain(cookiesOf(answer).split("=")[1]);
});

test.each([
  ["/apps/yoga?tab=1#top", "/apps/yoga?tab=1#top"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example/", "/"],
  ["/..//evil.example/", "/"],
  ["/\t/evil.example/", "/"],
  ["javascript:alert(1)", "/"],
  ["apps", "/"],
])("a login asked to return to %s returns to %s", async (asked, expected) => {
  const signing = await prepare(SQLITE);
  const query = `?${new URLSearchParams({ returnTo: asked }).toString()}`;
  const answer = await signIn(signing, BOB, query);
  expect(answer.headers.get("location")).toBe(expected);
});

test("before the first setup nobody signs in with the provider", async () => {
  const provider = await startTestProvider(`${PUBLIC_URL}${CALLBACK_PATH}`);
  const { issuer, clientId, clientSecret } = provider;
  const access = { provider: { issuer, clientId, clientSecret, rules: RULES } };
  const control = await openTestControl(SQLITE, { access });
  const answer = await control.call("GET", LOGIN_PATH);
  expect(answer.headers.get("location")).toBe("/sign-in?error=SETUP_MISSING");
});

test("a provider that does not answer is asked again at the next login", async () => {
  const provider = await startTestProvider(`${PUBLIC_URL}${CALLBACK_PATH}`);
  const { issuer, clientId, clientSecret } = provider;
  let isDown = true;
  const client = createProviderClient({
    issuer,
    clientId,
    clientSecret,
    fetch: (url, init) =>
      isDown ? Promise.reject(new TypeError("fetch failed")) : fetch(url, init as RequestInit),
  });
  const secrets = { state: "s", nonce: "n", codeVerifier: "v".repeat(43) };
  const down = client.authorizationUrl(`${PUBLIC_URL}/`, secrets);
  await expect(down).rejects.toMatchObject({ code: "PROVIDER_UNREACHABLE" });
  isDown = false;
  expect((await client.authorizationUrl(`${PUBLIC_URL}/`, secrets)).origin).toBe(issuer);
});

test.each(["http://login.example.com", "ftp://127.0.0.1", "login.example.com", ""])(
  "createProviderClient() refuses the issuer %j",
  (issuer) => {
    expect(() => createProviderClient({ issuer, clientId: "c", clientSecret: "s" })).toThrow(
      expect.objectContaining({ code: "PROVIDER_ISSUER_INVALID" }),
    );
  },
);

test.each([
  ["lead@example.com", "publisher"],
  ["LEAD@EXAMPLE.COM", "publisher"],
  ["bob@example.com", "viewer"],
  ["bob@evilexample.com", undefined],
  ["bob@sub.example.com", undefined],
  ["bob@example.com@evil.example", undefined],
])("decideRule() gives %s the role %s", (email, role) => {
  expect(decideRule(RULES, email)?.role).toBe(role);
});

test.each([
  ["an address that is not verified", { ...BOB, email_verified: false }, "EMAIL_UNVERIFIED"],
  [
    "an address said to be verified by a text",
    { ...BOB, email_verified: "true" },
    "EMAIL_UNVERIFIED",
  ],
  ["the admin's address, not verified", { sub: "x", email: "ada@example.com" }, "EMAIL_UNVERIFIED"],
  ["no address", { sub: "s" }, "EMAIL_UNVERIFIED"],
  ["what is no address", { ...BOB, email: "a b@example.com" }, "EMAIL_UNVERIFIED"],
  ["an address no rule admits", { ...BOB, email: "eve@sub.example.com" }, "NOT_ALLOWED"],
])("nobody is signed in with %s", async (_, identity, code) => {
  const signing = await prepare(SQLITE);
  const answer = await signIn(signing, identity);
  expect(answer.headers.get("location")).toBe(`/sign-in?error=${code}`);
  expect(cookiesOf(answer)).toBe("");
  const { queries } = signing.control.database;
  expect(await queries.selectFrom("identities").selectAll().execute()).toEqual([]);
  expect(await queries.selectFrom("people").select("id").execute()).toHaveLength(1);
});
