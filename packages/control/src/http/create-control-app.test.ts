import { routes } from "@holdfast/api";
import { describe, expect, test } from "vitest";
import type { Database } from "../storage/index.ts";
import { storageError } from "../storage/storage-error.ts";
import type { StorageErrorCode } from "../storage/storage-error.ts";
import { engines, SQLITE } from "../storage/testing/engines.ts";
import { createControlApp, implement } from "./index.ts";
import type { Feature, Handler, RequestReport } from "./index.ts";
import { openTestControl } from "./testing/test-control.ts";

type ListApps = Handler<typeof routes.listApps>;

function listApps(handle: ListApps): Feature {
  return { operations: [implement(routes.listApps, handle)] };
}

async function answerOf(handle: ListApps) {
  const control = await openTestControl(SQLITE, { features: [listApps(handle)] });
  const cookie = await control.setUp();
  const answer = await control.call("GET", "/v1/apps", { cookie });
  return { ...answer, report: control.reports.at(-1) };
}

describe("createControlApp()", () => {
  test.each(["/", "/v1", "/v1/nothing", "/v1/session/", "/v1/people/%ff", "//v1/session", "/v2/x"])(
    "answers %s in the one shape of errors",
    async (path) => {
      const { call, reports } = await openTestControl(SQLITE);
      const { status, headers, json } = await call("GET", path);
      expect([401, 404]).toContain(status);
      const requestId = headers.get("x-request-id");
      expect(json).toMatchObject({ error: { requestId, advice: expect.any(String) as string } });
      expect(reports.at(-1)).toMatchObject({ requestId, status, method: "GET" });
    },
  );

  test("answers INTERNAL and says nothing when a handler fails, and reports where but not what", async () => {
    const { status, text, headers, report } = await answerOf(() => {
      throw new Error("the password is hunter2");
    });
    expect(status).toBe(500);
    expect(text).not.toContain("hunter2");
    expect(text).toContain(headers.get("x-request-id"));
    expect(report).toMatchObject({ code: "INTERNAL", problem: { code: "Error" } });
    expect(report?.problem?.stack).toContain("create-control-app.test.ts");
    expect(JSON.stringify(report)).not.toContain("hunter2");
  });

  test("answers INTERNAL when a handler throws something that is no error", async () => {
    const { status } = await answerOf(async () => {
      // oxlint-disable-next-line typescript/only-throw-error -- what this is about
      throw "text";
    });
    expect(status).toBe(500);
  });

  test("answers INTERNAL when a handler's answer is not what the operation describes", async () => {
    const { status } = await answerOf(async () => ({ body: { items: [{}] } }) as never);
    expect(status).toBe(500);
  });

  test.each<readonly [StorageErrorCode, number, string | null]>([
    ["DATABASE_UNREACHABLE", 503, "5"],
    ["DATABASE_BUSY", 503, "1"],
    ["DATABASE_FULL", 503, "60"],
    ["DATABASE_FAILED", 500, null],
    ["DATABASE_DUPLICATE", 500, null],
  ])("answers %s with %d", async (code, status, retryAfter) => {
    const answer = await answerOf(() => Promise.reject(storageError(code, "of the database")));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
    expect(answer.text).not.toContain("of the database");
    expect(answer.report?.problem).toMatchObject({ code, message: "of the database" });
  });

  test("answers UNAVAILABLE when the database is closed, whoever asks", async () => {
    const control = await openTestControl(SQLITE);
    const cookie = await control.setUp();
    const app = createControlApp({
      database: control.database,
      features: [control.access.feature],
      cookieName: control.access.cookieName,
      authenticate: () => Promise.reject(storageError("DATABASE_UNREACHABLE", "gone")),
    });
    const headers = { Cookie: cookie };
    const response = await app.fetch(new Request("https://control.test/v1/session", { headers }));
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
  });

  test("answers HEAD as GET, without a body", async () => {
    const { call } = await openTestControl(SQLITE);
    const answer = await call("HEAD", "/v1/setup");
    expect(answer).toMatchObject({ status: 200, text: "" });
  });

  test("reports the operation and the caller of a success, and no problem", async () => {
    const control = await openTestControl(SQLITE);
    const cookie = await control.setUp();
    await control.call("GET", "/v1/session", { cookie });
    const report: RequestReport | undefined = control.reports.at(-1);
    expect(report).toMatchObject({ operationId: "readSession", status: 200 });
    expect(report?.caller).toMatch(/^person:person_/);
    expect(report).not.toHaveProperty("problem");
  });

  test("refuses two implementations of one operation", async () => {
    const feature = listApps(() => Promise.reject(new Error("never")));
    const twice = openTestControl(SQLITE, { features: [feature, feature] });
    await expect(twice).rejects.toMatchObject({ code: "OPERATION_TWICE" });
  });
});

describe.each(await engines())("change() on $name", (engine) => {
  /** A creation that writes a row and then does as the test says. */
  async function changed(act: (database: Database) => Promise<void>, isAudited: boolean) {
    const feature: Feature = {
      operations: [
        implement(routes.deleteApp, (_, { change }) =>
          change(async (inside) => {
            const row = { code_hash: "h", created_at: 1, expires_at: 1 };
            await inside.queries.insertInto("setup_codes").values(row).execute();
            if (isAudited) await inside.audit({ target: "yoga", summary: "deleted yoga" });
            await act(control.database);
            return {};
          }),
        ),
      ],
    };
    const control = await openTestControl(engine, { features: [feature] });
    const cookie = await control.setUp();
    const headers = { "If-Match": '"1"' };
    const answer = await control.call("DELETE", "/v1/apps/yoga", { cookie, headers });
    const { queries } = control.database;
    const rows = await queries.selectFrom("setup_codes").select("code_hash").execute();
    const entries = await queries
      .selectFrom("audit_log")
      .selectAll()
      .where("action", "=", "deleteApp")
      .execute();
    return { ...answer, rows, entries, report: control.reports.at(-1) };
  }

  test("keeps the change and its entry, which names the request, the caller and the app", async () => {
    const { status, rows, entries, headers } = await changed(() => Promise.resolve(), true);
    expect([status, rows.length, entries.length]).toEqual([204, 1, 1]);
    expect(entries[0]).toMatchObject({
      actor_kind: "user",
      app: "yoga",
      subject: "yoga",
      request_id: headers.get("x-request-id"),
    });
  });

  test("keeps neither when the change fails after its entry", async () => {
    const late = new Error("late");
    const { status, rows, entries } = await changed(() => Promise.reject(late), true);
    expect([status, rows, entries]).toEqual([500, [], []]);
  });

  test("keeps nothing of a change that writes no entry", async () => {
    const { status, rows, report } = await changed(() => Promise.resolve(), false);
    expect([status, rows]).toEqual([500, []]);
    expect(report?.problem?.code).toBe("CHANGE_NOT_AUDITED");
  });
});
