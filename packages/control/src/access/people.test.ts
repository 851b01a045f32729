import { describe, expect, test } from "vitest";
import { cookieOf, openTestControl, PASSWORD } from "../http/testing/test-control.ts";
import type { TestControl } from "../http/testing/test-control.ts";
import { engines } from "../storage/testing/engines.ts";

const BOB = { email: "Bob@example.com", role: "editor", apps: ["yoga"] };

async function invite(control: TestControl, cookie: string, body: object = BOB) {
  const answer = await control.call("POST", "/v1/invitations", { cookie, body });
  const json = answer.json as { id: string; link: string };
  return { ...answer, ...json, secret: json.link?.split("#")[1] };
}

function accept(control: TestControl, code: string | undefined, name = "Bob") {
  const body = { code, name, password: PASSWORD };
  return control.call("POST", "/v1/session/invitation", { body });
}

async function idOf({ database }: TestControl, email: string): Promise<string> {
  const row = await database.queries
    .selectFrom("people")
    .select("id")
    .where("email", "=", email)
    .executeTakeFirstOrThrow();
  return row.id;
}

interface Edit {
  readonly email: string;
  readonly body: object;
  readonly version?: number;
}

async function edit(control: TestControl, cookie: string, { email, body, version = 1 }: Edit) {
  const path = `/v1/people/${await idOf(control, email)}`;
  return control.call("PATCH", path, { cookie, body, headers: { "If-Match": `"${version}"` } });
}

describe.each(await engines())("on $name", (engine) => {
  test("an invitation makes a person once, with its role and apps, and signs them in", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const { status, link, secret } = await invite(control, cookie);
    expect([status, link]).toEqual([201, `https://control.test/join#${secret}`]);
    const joined = await accept(control, secret);
    expect(joined).toMatchObject({ status: 201, json: { role: "editor", apps: ["yoga"] } });
    const { json } = await control.call("GET", "/v1/session", { cookie: cookieOf(joined) });
    expect(json).toMatchObject({ name: "Bob" });
    expect(await accept(control, secret)).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    const invitations = await control.call("GET", "/v1/invitations", { cookie });
    expect(invitations.json).toEqual({ items: [] });
  });

  test("of several who use one invitation at once one joins", async () => {
    const control = await openTestControl(engine);
    const { secret } = await invite(control, await control.setUp());
    const names = ["A", "B", "C", "D"];
    const answers = await Promise.all(names.map((name) => accept(control, secret, name)));
    expect(answers.map(({ status }) => String(status)).sort()).toEqual([
      "201",
      "401",
      "401",
      "401",
    ]);
  });

  test("an invitation ends at its time, when it is taken back, and when its maker is no admin any more", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const second = await control.join(cookie, "eve@example.com", "admin");
    const expired = await invite(control, cookie, { ...BOB, email: "b1@example.com" });
    control.clock.now += 7 * 24 * 3_600_000 - 3_600_000;
    const session = { email: "ada@example.com", password: PASSWORD };
    const again = cookieOf(await control.call("POST", "/v1/session", { body: session }));
    const eves = { email: "eve@example.com", password: PASSWORD };
    const eve = cookieOf(await control.call("POST", "/v1/session", { body: eves }));
    expect(second).not.toBe(eve);
    const taken = await invite(control, again, { ...BOB, email: "b2@example.com" });
    const orphan = await invite(control, eve, { ...BOB, email: "b3@example.com" });
    control.clock.now += 3_600_000;
    const path = `/v1/invitations/${taken.id}`;
    expect((await control.call("DELETE", path, { cookie: again })).status).toBe(204);
    expect((await control.call("DELETE", path, { cookie: again })).status).toBe(404);
    await edit(control, again, { email: "eve@example.com", body: { role: "editor" } });
    for (const { secret } of [expired, taken, orphan]) {
      expect((await accept(control, secret)).status).toBe(401);
    }
  });

  test("createInvitation is CONFLICT for the address of somebody who is there", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const answer = await invite(control, cookie, { ...BOB, email: "ADA@example.com" });
    expect(answer).toMatchObject({ status: 409, code: "CONFLICT" });
  });

  test("updatePerson changes what is given, with the ETag of what was read, and says what changed", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    await control.join(cookie, "bob@example.com", "viewer");
    const path = `/v1/people/${await idOf(control, "bob@example.com")}`;
    const read = await control.call("GET", path, { cookie });
    const etag = read.headers.get("etag") ?? "";
    const options = { cookie, body: { role: "publisher" } };
    const changed = await control.call("PATCH", path, {
      ...options,
      headers: { "If-Match": etag },
    });
    expect(changed).toMatchObject({ status: 200, json: { role: "publisher", apps: "all" } });
    expect(changed.headers.get("etag")).not.toBe(etag);
    const stale = await control.call("PATCH", path, { ...options, headers: { "If-Match": etag } });
    expect(stale).toMatchObject({ status: 412, code: "PRECONDITION_FAILED" });
    expect(stale.json).toMatchObject({
      error: { current: { etag: changed.headers.get("etag") } },
    });
    expect((await control.call("PATCH", path, options)).status).toBe(428);
    const audit = await control.call("GET", "/v1/audit?action=updatePerson", { cookie });
    expect(audit.json).toMatchObject({
      items: [{ changes: { role: { before: "viewer", after: "publisher" } } }],
    });
  });

  test.each([
    ["disabled", { isDisabled: true }],
    ["given a lesser role", { role: "publisher" }],
    ["limited to some apps", { apps: ["yoga"] }],
  ])("the last admin of all apps cannot be %s", async (_, body) => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const answer = await edit(control, cookie, { email: "ada@example.com", body });
    expect(answer).toMatchObject({ status: 409, code: "CONFLICT" });
    expect((await control.call("GET", "/v1/people", { cookie })).json).toMatchObject({
      items: [{ role: "admin", apps: "all", isDisabled: false }],
    });
    expect(
      (await edit(control, cookie, { email: "ada@example.com", body: { name: "A" } })).status,
    ).toBe(200);
  });

  test("of two admins who disable each other at once one stays", async () => {
    const control = await openTestControl(engine);
    const ada = await control.setUp();
    const bob = await control.join(ada, "bob@example.com", "admin");
    const body = { isDisabled: true };
    const answers = await Promise.all([
      edit(control, ada, { email: "bob@example.com", body }),
      edit(control, bob, { email: "ada@example.com", body }),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("listPeople goes through everybody in the order they joined", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const emails = ["ada@example.com"];
    for (const letter of ["c", "a", "b"]) {
      control.clock.now += 1;
      emails.push(`${letter}@example.com`);
      await control.join(cookie, `${letter}@example.com`, "viewer");
    }
    const seen: string[] = [];
    let cursor = "";
    do {
      const { json } = await control.call("GET", `/v1/people?limit=3${cursor}`, { cookie });
      const page = json as { items: { email: string }[]; nextCursor?: string };
      seen.push(...page.items.map(({ email }) => email));
      cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(emails);
  });
});
