import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cookieOf, openTestControl, PASSWORD } from "../http/testing/test-control.ts";
import type { TestControl } from "../http/testing/test-control.ts";
import { engines, SQLITE } from "../storage/testing/engines.ts";
import { createPasswords } from "./passwords.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function signIn(control: TestControl, given: object = {}, cookie?: string) {
  const body = { email: "ada@example.com", password: PASSWORD, ...given };
  return control.call("POST", "/v1/session", { body, cookie });
}

/** Returns the code of a link. */
function codeIn(link: string | undefined): string {
  return link?.split("#")[1] ?? "";
}

async function isSignedIn(control: TestControl, cookie: string): Promise<boolean> {
  return (await control.call("GET", "/v1/session", { cookie })).status === 200;
}

describe.each(await engines())("on $name", (engine) => {
  test("createSession signs in, however the address and the letters of the password are typed", async () => {
    const control = await openTestControl(engine);
    await control.setUp();
    const answer = await signIn(control, { email: "ADA@example.COM" });
    expect(answer).toMatchObject({ status: 201, json: { kind: "person", role: "admin" } });
    expect(await isSignedIn(control, cookieOf(answer))).toBe(true);
  });

  test("createSession answers wrong passwords, unknown addresses and disabled people alike", async () => {
    const control = await openTestControl(engine);
    const admin = await control.setUp();
    await control.join(admin, "bob@example.com", "viewer");
    const bob = await control.database.queries
      .selectFrom("people")
      .select("id")
      .where("email", "=", "bob@example.com")
      .executeTakeFirstOrThrow();
    await control.call("PATCH", `/v1/people/${bob.id}`, {
      cookie: admin,
      body: { isDisabled: true },
      headers: { "If-Match": '"1"' },
    });
    const answers = [
      await signIn(control, { password: "wrong" }),
      await signIn(control, { email: "nobody@example.com" }),
      await signIn(control, { email: "bob@example.com" }),
    ];
    const texts = answers.map(({ text, headers }) =>
      text.replace(headers.get("x-request-id") ?? "", ""),
    );
    expect(answers[0]).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    expect(new Set(texts).size).toBe(1);
    expect(answers.every(({ headers }) => headers.get("set-cookie") === null)).toBe(true);
  });

  test("createSession ends the session the browser had and begins another", async () => {
    const control = await openTestControl(engine);
    const first = await control.setUp();
    const second = cookieOf(await signIn(control, {}, first));
    expect(second).not.toBe(first);
    expect(await isSignedIn(control, first)).toBe(false);
    expect(await isSignedIn(control, second)).toBe(true);
  });

  test("a session ends when it is idle, and at the latest a week after it began", async () => {
    const control = await openTestControl(engine);
    const used = await control.setUp();
    const idle = cookieOf(await signIn(control));
    const begun = control.clock.now;
    while (control.clock.now - begun < 7 * DAY_MS - 11 * HOUR_MS) {
      control.clock.now += 11 * HOUR_MS;
      expect(await isSignedIn(control, used)).toBe(true);
    }
    expect(await isSignedIn(control, idle)).toBe(false);
    control.clock.now = begun + 7 * DAY_MS;
    expect(await isSignedIn(control, used)).toBe(false);
  });

  test("deleteSession ends the session and takes the cookie away", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const answer = await control.call("DELETE", "/v1/session", { cookie });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-holdfast_session=; .*Max-Age=0/);
    expect(await isSignedIn(control, cookie)).toBe(false);
  });

  test("changePassword sets it, ends every other session and changes the cookie", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const other = cookieOf(await signIn(control));
    const newPassword = "another sentence of mine";
    const body = { currentPassword: PASSWORD, newPassword };
    const answer = await control.call("PUT", "/v1/session/password", { cookie, body });
    expect(answer.status).toBe(204);
    expect(await isSignedIn(control, cookieOf(answer))).toBe(true);
    expect(await isSignedIn(control, cookie)).toBe(false);
    expect(await isSignedIn(control, other)).toBe(false);
    expect((await signIn(control)).status).toBe(401);
    expect((await signIn(control, { password: newPassword })).status).toBe(201);
  });

  test("changePassword refuses a wrong password and keeps the session, and refuses tokens", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const body = { currentPassword: "wrong", newPassword: "another sentence of mine" };
    const wrong = await control.call("PUT", "/v1/session/password", { cookie, body });
    expect(wrong).toMatchObject({ status: 400, code: "INPUT_INVALID" });
    expect(wrong.text).toContain("currentPassword");
    expect(await isSignedIn(control, cookie)).toBe(true);
    const token = await control.token(cookie, "admin");
    const byToken = await control.call("PUT", "/v1/session/password", { token, body });
    expect(byToken).toMatchObject({ status: 403, code: "FORBIDDEN" });
  });

  test("createSession replaces a hash that was cheaper than those of now", async () => {
    const control = await openTestControl(engine);
    await control.setUp();
    const { queries } = control.database;
    const cheaper = createPasswords({ memoryCost: 32, timeCost: 1, parallelism: 1 });
    const password_hash = await cheaper.hash(PASSWORD);
    await queries.updateTable("people").set({ password_hash }).execute();
    expect((await signIn(control)).status).toBe(201);
    const { password_hash: renewed } = await queries
      .selectFrom("people")
      .select("password_hash")
      .executeTakeFirstOrThrow();
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect((await signIn(control)).status).toBe(201);
  });

  test("listSessions lists the caller's own, and revokeSession ends one of these only", async () => {
    const control = await openTestControl(engine);
    const admin = await control.setUp();
    const bob = await control.join(admin, "bob@example.com", "viewer");
    control.clock.now += 1;
    const second = cookieOf(await signIn(control));
    const list = await control.call("GET", "/v1/sessions?limit=1", { cookie: second });
    const { items, nextCursor } = list.json as { items: { id: string }[]; nextCursor: string };
    expect(items).toMatchObject([{ isCurrent: true }]);
    const rest = await control.call("GET", `/v1/sessions?cursor=${nextCursor}`, { cookie: second });
    const [first] = (rest.json as { items: { id: string }[] }).items;
    expect(rest.json).toMatchObject({ items: [{ isCurrent: false }] });
    expect(rest.json).not.toHaveProperty("nextCursor");
    const path = `/v1/sessions/${first?.id ?? ""}`;
    expect((await control.call("DELETE", path, { cookie: bob })).status).toBe(404);
    expect((await control.call("DELETE", path, { cookie: second })).status).toBe(204);
    expect(await isSignedIn(control, admin)).toBe(false);
    expect(await isSignedIn(control, second)).toBe(true);
  });

  test("an account is RATE_LIMITED after ten wrong passwords, from wherever, until a minute is over", async () => {
    const control = await openTestControl(engine);
    await control.setUp();
    const attempt = (password: string, address: string) =>
      control.call("POST", "/v1/session", {
        body: { email: "ada@example.com", password },
        address,
      });
    for (let count = 0; count < 10; count += 1) {
      expect((await attempt("wrong", `192.0.2.${count}`)).status).toBe(401);
    }
    const limited = await attempt(PASSWORD, "198.51.100.1");
    expect(limited).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(limited.headers.get("retry-after")).toBe("60");
    control.clock.now += 60_000;
    expect((await attempt(PASSWORD, "198.51.100.1")).status).toBe(201);
    // Of what was right nothing is counted.
    expect((await attempt(PASSWORD, "198.51.100.1")).status).toBe(201);
  });

  test("an address is RATE_LIMITED after fifty attempts at any accounts, at once or not", async () => {
    const control = await openTestControl(engine);
    const attempts = Array.from({ length: 60 }, (_, index) =>
      control.call("POST", "/v1/session", {
        body: { email: `a${index}@example.com`, password: "wrong" },
        address: `2001:db8:1:2::${index}`,
      }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(50);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });
});

test("a session cannot be fixed: whatever cookie a browser brings, the new one is of the server's making", async () => {
  const control = await openTestControl(SQLITE);
  await control.setUp();
  const value = fc.stringMatching(/^[A-Za-z0-9_-]{0,60}$/);
  await fc.assert(
    fc.asyncProperty(value, async (brought) => {
      const cookie = `__Host-holdfast_session=${brought}`;
      const given = cookieOf(await signIn(control, {}, cookie));
      expect(given).not.toBe(cookie);
      expect(await isSignedIn(control, cookie)).toBe(false);
      expect(await isSignedIn(control, given)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("no secret is kept, reported or told: neither cookies, tokens, codes nor passwords", async () => {
  const control = await openTestControl(SQLITE);
  const { database, reports } = control;
  const link = await control.access.prepareSetup();
  const codes = await database.queries.selectFrom("setup_codes").selectAll().execute();
  expect(codes).toHaveLength(1);
  const cookie = await control.setUp();
  const tokens = [await control.token(cookie, "admin"), await control.token(cookie, "runtime")];
  const invitation = await control.call("POST", "/v1/invitations", {
    cookie,
    body: { email: "bob@example.com", role: "viewer", apps: "all" },
    headers: { "Idempotency-Key": "k1" },
  });
  for (const token of tokens) await control.call("GET", "/v1/people", { token });
  await signIn(control, { password: "a wrong secret" });
  const secrets = [
    codeIn(link?.url),
    codeIn((invitation.json as { link: string }).link),
    cookie.split("=")[1] ?? "",
    ...tokens,
    PASSWORD,
    "a wrong secret",
  ];
  expect(secrets.every((secret) => secret.length > 10)).toBe(true);
  const tables = ["people", "invitations", "sessions", "api_tokens"] as const;
  const others = ["login_throttle", "idempotency_keys", "audit_log"] as const;
  const everything = [JSON.stringify(codes)];
  for (const table of [...tables, ...others]) {
    const rows = await database.queries.selectFrom(table).selectAll().execute();
    expect([table, rows.length > 0]).toEqual([table, true]);
    everything.push(JSON.stringify(rows));
  }
  for (const path of ["/v1/tokens", "/v1/invitations", "/v1/sessions", "/v1/audit", "/v1/people"]) {
    everything.push((await control.call("GET", path, { cookie })).text);
  }
  everything.push(JSON.stringify(reports));
  for (const secret of secrets) {
    expect(everything.filter((text) => text.includes(secret))).toEqual([]);
  }
});

test.each([
  ["", undefined],
  ["a\tb\u0085c", "a b c"],
  ["x".repeat(300), "x".repeat(200)],
])("listSessions shows a browser that names itself %j", async (name, shown) => {
  const control = await openTestControl(SQLITE);
  await control.setUp();
  const body = { email: "ada@example.com", password: PASSWORD };
  const headers = { "User-Agent": name };
  const cookie = cookieOf(await control.call("POST", "/v1/session", { body, headers }));
  const { status, json } = await control.call("GET", "/v1/sessions", { cookie });
  expect(status).toBe(200);
  const [, entry] = (
    json as { items: { isCurrent: boolean; userAgent?: string }[] }
  ).items.toSorted((one, other) => Number(one.isCurrent) - Number(other.isCurrent));
  expect(entry?.userAgent).toBe(shown);
});
