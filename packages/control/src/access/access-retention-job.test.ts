import { describe, expect, test } from "vitest";
import { openTestControl } from "../http/testing/test-control.ts";
import type { TestControl } from "../http/testing/test-control.ts";
import { engines } from "../storage/testing/engines.ts";
import { accessRetentionJob } from "./index.ts";

const DAY_MS = 24 * 3_600_000;

const TABLES = [
  "sessions",
  "setup_codes",
  "invitations",
  "provider_logins",
  "login_throttle",
  "api_tokens",
] as const;

async function run({ database, clock }: TestControl): Promise<void> {
  const job = accessRetentionJob({ database, now: () => clock.now });
  const { signal } = new AbortController();
  await job.run({ id: "1", payload: null, attempt: 1, signal });
}

async function counts({ database }: TestControl): Promise<readonly number[]> {
  const tables = TABLES.map((table) => database.queries.selectFrom(table).selectAll().execute());
  return (await Promise.all(tables)).map((rows) => rows.length);
}

describe.each(await engines())("on $name", (engine) => {
  test("accessRetentionJob() deletes what opens nothing any more, and nothing else", async () => {
    const control = await openTestControl(engine);
    const { clock, database } = control;
    const cookie = await control.setUp();
    await control.token(cookie, "viewer");
    await control.call("POST", "/v1/invitations", {
      cookie,
      body: { email: "bob@example.com", role: "viewer", apps: "all" },
    });
    const wrong = { email: "ada@example.com", password: "wrong" };
    await control.call("POST", "/v1/session", { body: wrong });
    const { queries } = database;
    const expires_at = clock.now + 1000;
    const code = { code_hash: "c", created_at: clock.now, expires_at };
    await queries.insertInto("setup_codes").values(code).execute();
    const login = { state: "s", nonce: "n", code_verifier: "v", return_to: "/", expires_at };
    await queries
      .insertInto("provider_logins")
      .values({ secret_hash: "h", ...login })
      .execute();
    const before = await counts(control);
    expect(before.every((count) => count > 0)).toBe(true);
    await run(control);
    expect(await counts(control)).toEqual(before);
    clock.now += 8 * DAY_MS;
    await run(control);
    expect(await counts(control)).toEqual([0, 0, 0, 0, 0, 1]);
    await queries.updateTable("api_tokens").set({ revoked_at: clock.now }).execute();
    clock.now += 90 * DAY_MS;
    await run(control);
    expect(await counts(control)).toEqual([0, 0, 0, 0, 0, 1]);
    clock.now += 1;
    await run(control);
    expect(await counts(control)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await queries.selectFrom("people").select("id").execute()).toHaveLength(1);
  });
});
