import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openTestControl } from "../http/testing/test-control.ts";
import type { TestControl } from "../http/testing/test-control.ts";
import { engines, openTestDatabase, SQLITE } from "../storage/testing/engines.ts";
import { changesBetween, recordAudit } from "./index.ts";
import type { AuditEntry } from "./index.ts";

const SYSTEM = { kind: "system", id: "reviews.poll", name: "Review poll" } as const;

const ENTRY: AuditEntry = { actor: SYSTEM, action: "stopMessage", summary: "stopped it" };

interface Items {
  readonly items: readonly { readonly summary: string }[];
  readonly nextCursor?: string;
}

async function summaries(control: TestControl, cookie: string, query: string) {
  const { json } = await control.call("GET", `/v1/audit${query}`, { cookie });
  return (json as Items).items.map(({ summary }) => summary);
}

describe.each(await engines())("on $name", (engine) => {
  test("listAudit filters by app, environment, actor, action and time, combined", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const { queries } = control.database;
    const base = control.clock.now;
    const entries: readonly AuditEntry[] = [
      { ...ENTRY, summary: "0", app: "yoga", environment: "sandbox" },
      { ...ENTRY, summary: "1", app: "yoga", environment: "production" },
      { ...ENTRY, summary: "2", app: "golf", action: "publishVersion" },
      { ...ENTRY, summary: "3", actor: { ...SYSTEM, kind: "person", id: "person_1" } },
    ];
    for (const [index, entry] of entries.entries()) await recordAudit(queries, entry, base + index);
    expect(await summaries(control, cookie, "?app=yoga")).toEqual(["1", "0"]);
    expect(await summaries(control, cookie, "?app=yoga&environment=sandbox")).toEqual(["0"]);
    expect(await summaries(control, cookie, "?actor=person_1")).toEqual(["3"]);
    expect(await summaries(control, cookie, "?action=publishVersion")).toEqual(["2"]);
    expect(await summaries(control, cookie, `?from=${base + 1}&until=${base + 3}`)).toEqual([
      "2",
      "1",
    ]);
  });

  test("listAudit pages through entries of one moment without losing or repeating any", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const at = control.clock.now;
    for (let index = 0; index < 7; index += 1) {
      const entry = { ...ENTRY, summary: `${index}`, app: "yoga" };
      await recordAudit(control.database.queries, entry, at);
    }
    const seen: string[] = [];
    let cursor = "";
    do {
      const path = `/v1/audit?app=yoga&limit=3${cursor}`;
      const page = (await control.call("GET", path, { cookie })).json as Items;
      seen.push(...page.items.map((item) => item.summary));
      cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(seen).toEqual(["6", "5", "4", "3", "2", "1", "0"]);
  });

  test("listAudit shows an admin of some apps what was done to these, whatever they filter by", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const token = await control.token(cookie, "admin", ["yoga"]);
    for (const app of ["yoga", "golf", undefined]) {
      const entry = { ...ENTRY, summary: String(app), app };
      await recordAudit(control.database.queries, entry, control.clock.now);
    }
    const list = async (query: string) =>
      ((await control.call("GET", `/v1/audit${query}`, { token })).json as Items).items;
    expect(await list("")).toMatchObject([{ summary: "yoga" }]);
    expect(await list("?app=golf")).toEqual([]);
  });

  test("entries can be neither changed nor removed", async () => {
    const { queries } = await openTestDatabase(engine);
    await recordAudit(queries, ENTRY, 1);
    const change = queries.updateTable("audit_log").set({ at: 2 }).execute();
    await expect(change).rejects.toMatchObject({ code: "DATABASE_CONSTRAINT" });
    const removal = queries.deleteFrom("audit_log").execute();
    await expect(removal).rejects.toMatchObject({ code: "DATABASE_CONSTRAINT" });
  });

  test("listAudit refuses a cursor of another list", async () => {
    const control = await openTestControl(engine);
    const cookie = await control.setUp();
    const answer = await control.call("GET", "/v1/audit?cursor=WzEsIngiLFtdXQ", { cookie });
    expect(answer).toMatchObject({ status: 400, code: "INPUT_INVALID" });
  });
});

test("recordAudit() writes whatever it is given so that listAudit can show it", async () => {
  const control = await openTestControl(SQLITE);
  const cookie = await control.setUp();
  const anything = fc.string({ unit: "binary", maxLength: 3000 });
  await fc.assert(
    fc.asyncProperty(anything, anything, async (one, other) => {
      control.clock.now += 1;
      const actor = { kind: "token", id: "token_1", name: one } as const;
      const changes = changesBetween({ field: one }, { field: other }, ["field"]);
      const entry = { actor, action: one, target: other, summary: one, changes };
      await recordAudit(control.database.queries, entry, control.clock.now);
      const { status } = await control.call("GET", "/v1/audit?limit=1", { cookie });
      expect(status).toBe(200);
    }),
    { numRuns: 50 },
  );
});

test("changesBetween() names what differs among the named fields, and nothing else", () => {
  const before = { name: "a", role: "viewer", apps: ["x"], secret: "one", gone: 1 };
  const after = { name: "a", role: "editor", apps: ["x", "y"], secret: "two", added: true };
  const fields = ["name", "role", "apps", "gone", "added"] as const;
  expect(changesBetween<Record<string, unknown>>(before, after, fields)).toEqual({
    role: { before: "viewer", after: "editor" },
    apps: { before: '["x"]', after: '["x","y"]' },
    gone: { before: "1" },
    added: { after: "true" },
  });
});
