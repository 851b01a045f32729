import { describe, expect, test } from "vitest";
import { openTestControl } from "../http/testing/test-control.ts";
import type { TestControl } from "../http/testing/test-control.ts";
import { engines, SQLITE } from "../storage/testing/engines.ts";

interface TokenBody {
  readonly id: string;
  readonly secret: string;
}

async function make(control: TestControl, by: { cookie?: string; token?: string }, body: object) {
  const token = { name: "CI", role: "viewer", apps: "all", ...body };
  const answer = await control.call("POST", "/v1/tokens", { ...by, body: token });
  return { ...answer, made: answer.json as TokenBody };
}

async function whoIs(control: TestControl, token: string) {
  return control.call("GET", "/v1/session", { token });
}

async function edit(control: TestControl, cookie: string, email: string, body: object) {
  const { queries } = control.database;
  const person = await queries
    .selectFrom("people")
    .select(["id", "version"])
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
  return control.call("PATCH", `/v1/people/${person.id}`, {
    cookie,
    body,
    headers: { "If-Match": `"${person.version}"` },
  });
}

describe.each(await engines())("on $name", (engine) => {
  test("createToken shows the secret once, and it speaks for the token", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const { status, made } = await make(control, { cookie }, { role: "editor", apps: ["yoga"] });
    expect(status).toBe(201);
    expect(made.secret).toMatch(/^hf_[\w-]{43}$/);
    const { json } = await whoIs(control, made.secret);
    expect(json).toEqual({
      kind: "token",
      id: made.id,
      name: "CI",
      role: "editor",
      apps: ["yoga"],
    });
    const list = await control.call("GET", "/v1/tokens", { cookie });
    const lastUsedAt = control.clock.now;
    expect(list.json).toMatchObject({ items: [{ id: made.id, lastUsedAt }] });
  });

  test("a token ends at its time, when it is revoked, and when its person is disabled", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const bob = await control.join(cookie, "bob@example.com", "publisher");
    const expiresAt = control.clock.now + 1000;
    const short = (await make(control, { cookie }, { expiresAt })).made;
    const revoked = (await make(control, { cookie }, {})).made;
    const bobs = (await make(control, { cookie: bob }, { role: "publisher" })).made;
    for (const { secret } of [short, revoked, bobs]) {
      expect((await whoIs(control, secret)).status).toBe(200);
    }
    for (const status of [204, 204]) {
      const path = `/v1/tokens/${revoked.id}`;
      expect((await control.call("DELETE", path, { cookie })).status).toBe(status);
    }
    await edit(control, cookie, "bob@example.com", { isDisabled: true });
    await edit(control, cookie, "bob@example.com", { isDisabled: false });
    control.clock.now += 1000;
    for (const { secret } of [short, revoked, bobs]) {
      expect((await whoIs(control, secret)).status).toBe(401);
    }
    expect((await control.call("GET", "/v1/session", { cookie: bob })).status).toBe(401);
  });

  test("a token may do no more than its person may do now", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const bob = await control.join(cookie, "bob@example.com", "publisher");
    const { secret } = (await make(control, { cookie: bob }, { role: "publisher" })).made;
    await edit(control, cookie, "bob@example.com", { role: "viewer", apps: ["yoga"] });
    const { json } = await whoIs(control, secret);
    expect(json).toMatchObject({ role: "viewer", apps: ["yoga"] });
  });

  test("a token that covers no app of its person any more opens nothing", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const bob = await control.join(cookie, "bob@example.com", "viewer");
    const { secret } = (await make(control, { cookie: bob }, { apps: ["yoga"] })).made;
    await edit(control, cookie, "bob@example.com", { apps: ["golf"] });
    expect((await whoIs(control, secret)).status).toBe(401);
  });

  test("createToken lets a token make one with as much, which belongs to the same person", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const maker = { role: "editor", apps: ["yoga", "golf"], expiresAt: 1_900_000_000_000 };
    const { secret: token } = (await make(control, { cookie }, maker)).made;
    const wanted = { role: "editor", apps: ["golf"], expiresAt: 1_900_000_000_000 };
    expect((await make(control, { token }, wanted)).status).toBe(201);
  });

  test("createToken refuses a time that is over", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const { status, text } = await make(control, { cookie }, { expiresAt: control.clock.now });
    expect(status).toBe(400);
    expect(text).toContain("expiresAt");
  });

  test("listTokens and revokeToken show people their own, and admins everybody's", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const bob = await control.join(cookie, "bob@example.com", "viewer");
    const adas = (await make(control, { cookie }, {})).made;
    control.clock.now += 1;
    const bobs = (await make(control, { cookie: bob }, {})).made;
    const idsFor = async (caller: string, query = "") => {
      const { json } = await control.call("GET", `/v1/tokens${query}`, { cookie: caller });
      return (json as { items: TokenBody[] }).items.map(({ id }) => id);
    };
    expect(await idsFor(bob)).toEqual([bobs.id]);
    expect(await idsFor(cookie)).toEqual([bobs.id, adas.id]);
    expect(await idsFor(cookie, "?limit=1")).toEqual([bobs.id]);
    const path = `/v1/tokens/${adas.id}`;
    expect((await control.call("DELETE", path, { cookie: bob })).status).toBe(404);
    expect((await whoIs(control, adas.secret)).status).toBe(200);
    const bobsPath = `/v1/tokens/${bobs.id}`;
    expect((await control.call("DELETE", bobsPath, { cookie })).status).toBe(204);
    expect((await whoIs(control, bobs.secret)).status).toBe(401);
  });
});

test.each([
  ["a higher role", { role: "publisher" }, { role: "admin" }],
  ["a runtime's token, without being an admin", { role: "publisher" }, { role: "runtime" }],
  ["more apps", { role: "editor", apps: ["yoga"] }, { apps: ["yoga", "golf"] }],
  ["all apps", { role: "editor", apps: ["yoga"] }, { apps: "all" }],
  ["a longer life", { role: "editor", expiresAt: 1_900_000_000_000 }, {}],
])("createToken is FORBIDDEN for %s than its maker has", async (_, maker, wanted) => {
  const control = await openTestControl(SQLITE);
  const cookie = await control.setUp();
  const { secret: token } = (await make(control, { cookie }, maker)).made;
  expect(await make(control, { token }, wanted)).toMatchObject({ status: 403, code: "FORBIDDEN" });
});

test.each([
  ["a viewer's token", { role: "viewer" }, { role: "editor" }, 403],
  ["a token for one app", { role: "editor", apps: ["yoga"] }, { role: "editor" }, 403],
  ["a publisher's token", { role: "publisher" }, { role: "runtime", apps: ["yoga"] }, 403],
  ["a token that may as much", { role: "editor" }, { role: "viewer", apps: ["yoga"] }, 204],
])("revokeToken by %s ends what may no more than it", async (_, maker, other, status) => {
  const control = await openTestControl(SQLITE);
  const cookie = await control.setUp();
  const asking = (await make(control, { cookie }, maker)).made;
  const wanted = (await make(control, { cookie }, other)).made;
  const { secret: token } = asking;
  const asked = await control.call("DELETE", `/v1/tokens/${wanted.id}`, { token });
  expect(asked.status).toBe(status);
  expect((await whoIs(control, wanted.secret)).status).toBe(status === 204 ? 401 : 200);
  expect((await control.call("DELETE", `/v1/tokens/${asking.id}`, { token })).status).toBe(204);
});

test.each([
  ["a viewer's token", { role: "viewer" }, 403],
  ["a token for one app", { role: "admin", apps: ["yoga"] }, 403],
  ["a token that may as much as its person", { role: "admin" }, 204],
])("revokeSession by %s ends no session that may more", async (_, maker, status) => {
  const control = await openTestControl(SQLITE);
  const cookie = await control.setUp();
  const { secret: token } = (await make(control, { cookie }, maker)).made;
  const { json } = await control.call("GET", "/v1/sessions", { token });
  const { items } = json as { readonly items: readonly { readonly id: string }[] };
  const path = `/v1/sessions/${items[0]?.id}`;
  expect((await control.call("DELETE", path, { token })).status).toBe(status);
});
