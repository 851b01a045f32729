import { describe, expect, test } from "vitest";
import { cookieOf, openTestControl, PASSWORD, PUBLIC_URL } from "../http/testing/test-control.ts";
import { engines } from "../storage/testing/engines.ts";

const ADA = { email: "Ada@Example.com", name: "Ada", password: PASSWORD };

describe.each(await engines())("on $name", (engine) => {
  test("prepareSetup() gives a link while there is no admin, and none afterwards", async () => {
    const { access, setUp } = await openTestControl(engine);
    const link = await access.prepareSetup();
    expect(link?.url).toMatch(new RegExp(`^${PUBLIC_URL}/setup#[A-Za-z0-9_-]{43}$`));
    await setUp();
    expect(await access.prepareSetup()).toBeUndefined();
  });

  test("createFirstAdmin makes an admin of all apps, signs them in and is audited", async () => {
    const { access, call, database } = await openTestControl(engine);
    const code = (await access.prepareSetup())?.url.split("#")[1];
    expect((await call("GET", "/v1/setup")).json).toEqual({ isDone: false });
    const made = await call("POST", "/v1/setup", { body: { code, ...ADA } });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ kind: "person", name: "Ada", role: "admin", apps: "all" });
    expect(made.headers.get("set-cookie")).toMatch(
      /^__Host-holdfast_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/,
    );
    const session = await call("GET", "/v1/session", { cookie: cookieOf(made) });
    expect(session.json).toEqual(made.json);
    expect((await call("GET", "/v1/setup")).json).toEqual({ isDone: true });
    const [entry] = await database.queries.selectFrom("audit_log").selectAll().execute();
    expect(entry).toMatchObject({ actor_kind: "user", action: "createFirstAdmin" });
    expect(entry?.details).toContain("ada@example.com");
  });

  test.each([
    ["wrong", (code: string) => `${code.slice(0, -1)}${code.endsWith("A") ? "B" : "A"}`, 0],
    ["expired", (code: string) => code, 3_600_000],
  ])("createFirstAdmin is UNAUTHENTICATED when the code is %s", async (_, change, laterMs) => {
    const { access, call, clock, database } = await openTestControl(engine);
    const code = (await access.prepareSetup())?.url.split("#")[1] ?? "";
    clock.now += laterMs;
    const answer = await call("POST", "/v1/setup", { body: { code: change(code), ...ADA } });
    expect(answer).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    expect(await database.queries.selectFrom("people").selectAll().execute()).toEqual([]);
  });

  test("createFirstAdmin succeeds once when the same and other codes are used at once", async () => {
    const { access, call, database } = await openTestControl(engine);
    const links = [await access.prepareSetup(), await access.prepareSetup()];
    const codes = links.map((link) => link?.url.split("#")[1]);
    const answers = await Promise.all(
      [...codes, ...codes].map((code, index) =>
        call("POST", "/v1/setup", { body: { ...ADA, email: `a${index}@example.com`, code } }),
      ),
    );
    expect(answers.map(({ status }) => String(status)).sort()).toEqual([
      "201",
      "409",
      "409",
      "409",
    ]);
    expect(await database.queries.selectFrom("people").select("id").execute()).toHaveLength(1);
    expect(await database.queries.selectFrom("setup_codes").selectAll().execute()).toEqual([]);
  });

  test("createFirstAdmin is CONFLICT for a code that is still there when there is an admin", async () => {
    const { access, call, setUp } = await openTestControl(engine);
    const code = (await access.prepareSetup())?.url.split("#")[1];
    await setUp();
    const { status } = await call("POST", "/v1/setup", { body: { code, ...ADA } });
    expect(status).toBe(409);
  });
});
