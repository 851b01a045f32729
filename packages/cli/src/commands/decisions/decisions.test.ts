import { ingestDecisions, keptMsOf } from "@holdfast/control/decisions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testRecord } from "../../../../control/src/decisions/testing/test-decisions.ts";
import { startControlServer } from "../../testing/control-server.ts";
import type { ControlServer } from "../../testing/control-server.ts";
import { errorOf, run, runJson } from "../../testing/run.ts";

const PLACE = "--app yoga --environment sandbox";
const CUSTOMER = "2000000123456789";

let server: ControlServer;

const usual = testRecord();

/** Takes decisions in as runtimes ship them. */
async function ship(records: readonly ReturnType<typeof testRecord>[]): Promise<void> {
  const streams = { takeDecisions: () => Promise.resolve() };
  const means = { database: server.database, streams, keptMs: keptMsOf() };
  const ended = await ingestDecisions(means, { decisions: records, apps: "all", now: Date.now() });
  expect(ended).toMatchObject({ new: records.length, refused: [] });
}

beforeAll(async () => {
  server = await startControlServer();
  await using io = await server.openIo();
  await run(io, "apps add yoga --bundle-id com.example.yoga --apple-id 1");
  const now = Date.now();
  await ship([
    testRecord({ requestIdentifier: "first", requestedAt: now - 3000 }),
    testRecord({
      requestIdentifier: "second",
      requestedAt: now - 2000,
      source: "rule",
      rule: "winback",
      experiment: { key: "e", arm: "control" },
      deviation: "signingFailed",
      subject: { ...usual.subject, subscriber: { status: "unavailable", reason: "late" } },
    }),
  ]);
});
afterAll(() => server.close());

describe("holdfast decisions", () => {
  test("tail shows what there is, then what comes in, each once", async () => {
    await using io = await server.openIo();
    const running = run(io, `decisions tail ${PLACE}`);
    await expect.poll(() => io.out()).toContain("second");
    const [first = "", second = ""] = io.out().split("\n");
    expect(first).toMatch(/Z {2}yoga\.monthly {2}en-US {2}fallback {2}→ stay \(en-US\) {2}first$/);
    expect(second).toContain("winback/control  → stay (en-US)  signingFailed  lookup late  second");
    // Requested before what was shown, and shipped after it.
    await ship([testRecord({ requestIdentifier: "third", requestedAt: Date.now() - 4000 })]);
    await expect.poll(() => io.out()).toContain("third");
    io.interrupt();
    expect([await running, io.err()]).toEqual([130, ""]);
    expect(io.out().match(/first|second|third/g)).toEqual(["first", "second", "third"]);
  });

  test("tail ends after those that are there with --no-follow, a document a line", async () => {
    await using io = await server.openIo();
    const line = `decisions tail ${PLACE} --no-follow --rule winback --output json`;
    expect(await run(io, line)).toBe(0);
    const documents = io.out().trim().split("\n");
    expect(documents).toHaveLength(1);
    expect(JSON.parse(documents[0] ?? "")).toMatchObject({ requestIdentifier: "second" });
  });

  test("show tells of one decision, and why it cannot be explained", async () => {
    await using io = await server.openIo();
    expect(await run(io, `decisions show second ${PLACE} --no-explain`)).toBe(0);
    expect(io.out()).toMatch(/decided by +winback\/control/);
    expect(io.out()).toMatch(/because of +signingFailed/);
    expect(await run(io, `decisions show second ${PLACE} --output json`)).not.toBe(0);
    expect(errorOf(io)).toMatchObject({ code: "CONFLICT" });
  });

  test("show finds what a customer saw by an id that stands on no command line", async () => {
    await using io = await server.openIo({ stdin: async () => `${CUSTOMER}\n` });
    const { json } = await runJson(io, `decisions show --transaction-id - ${PLACE}`);
    expect(json).toMatchObject({ items: [] });
    const pseudonym = String(json["pseudonym"]);
    await ship([
      testRecord({
        requestIdentifier: "theirs",
        requestedAt: Date.now(),
        subject: { ...usual.subject, pseudonym },
      }),
    ]);
    expect(await run(io, `decisions show --transaction-id - ${PLACE}`)).toBe(0);
    expect(io.out()).toContain("theirs");
    expect(io.out()).not.toContain(CUSTOMER);
    const line = `decisions show --transaction-id ${CUSTOMER} ${PLACE} --output json`;
    expect(await run(io, line)).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "TRANSACTION_ID_INVALID" });
    expect(io.err()).not.toContain(CUSTOMER);
  });

  test("counts adds up by what is asked for", async () => {
    await using io = await server.openIo();
    const { json } = await runJson(io, `decisions counts ${PLACE} --by rule,arm`);
    expect(json["items"]).toContainEqual({
      rule: "winback",
      experiment: "e",
      arm: "control",
      count: 1,
    });
    expect(await run(io, `decisions counts ${PLACE} --by deviation`)).toBe(0);
    expect(io.out()).toMatch(/signingFailed +1/);
    expect(await run(io, `decisions counts ${PLACE} --by weather`)).toBe(2);
  });

  test("status and doctor say how often subscribers were known, once there is enough to tell", async () => {
    await using io = await server.openIo();
    expect((await runJson(io, "status")).json).toMatchObject({ subscriberState: [] });
    const now = Date.now();
    await ship(Array.from({ length: 100 }, () => testRecord({ requestedAt: now })));
    const { json } = await runJson(io, "status");
    expect(json["subscriberState"]).toMatchObject([
      { app: "yoga", environment: "sandbox", needed: expect.any(Number) as number },
    ]);
    await run(io, "status");
    expect(io.out()).toMatch(/yoga +sandbox +node +(over )?99(\.\d)? % +10\d/);
    const { json: examined } = await runJson(io, "doctor --environment sandbox --app yoga");
    expect(JSON.stringify(examined["findings"])).toMatch(
      /"SUBSCRIBERS","status":"ok".*known in time for .*previousDecisions/,
    );
  });

  test("doctor warns of a kind of host that hardly ever knows subscribers in time", async () => {
    await using io = await server.openIo();
    const late = { status: "unavailable", reason: "late" } as const;
    await ship(
      Array.from({ length: 100 }, () =>
        testRecord({
          requestedAt: Date.now(),
          host: "cloudflare-workers",
          subject: { ...usual.subject, subscriber: late },
        }),
      ),
    );
    const { json } = await runJson(io, "doctor --environment sandbox --app yoga");
    expect(JSON.stringify(json["findings"])).toMatch(
      /"SUBSCRIBERS","status":"warn".*in time for 0 % of 100 on cloudflare-workers.*holdfast workers connect/,
    );
    await run(io, "status");
    expect(io.out()).toMatch(/yoga +sandbox +cloudflare-workers +0 % +100/);
  });

  test("losses tells what silent Workers made and what never came, by day", async () => {
    await using io = await server.openIo();
    expect(await run(io, `decisions losses ${PLACE}`)).toBe(0);
    expect(io.out()).toContain("no Worker");
    const day = Date.UTC(2026, 10, 20);
    const host = "cloudflare-workers";
    const counts = { made: 500, received: 498 };
    await server.database.queries
      .insertInto("decision_losses")
      .values({ app: "yoga", environment: "sandbox", day, host, ...counts })
      .execute();
    const line = `decisions losses ${PLACE} --from 2026-11-01 --to 2026-11-30`;
    const { json } = await runJson(io, line);
    expect(json).toMatchObject({ ...counts, lost: 2, items: [{ day, host, ...counts, lost: 2 }] });
    expect(await run(io, line)).toBe(0);
    expect(io.out()).toMatch(/2026-11-20 +cloudflare-workers +500 +498 +2/);
  });

  test("exports says that nothing is exported, and lists days that were", async () => {
    await using io = await server.openIo();
    expect(await run(io, `decisions exports ${PLACE}`)).toBe(0);
    expect(io.out()).toContain("the server has no HOLDFAST_EXPORT_URL");
    const day = Date.UTC(2026, 10, 20);
    await server.database.queries
      .insertInto("decision_exports")
      .values({
        app: "yoga",
        environment: "sandbox",
        day,
        counted: 3,
        erasures: 0,
        erasures_written: 0,
        rows: 3,
        files: 1,
        bytes: 4096,
        exported_at: day + 1,
      })
      .execute();
    const { json } = await runJson(io, `decisions exports ${PLACE}`);
    expect(json).toMatchObject({ items: [{ day, decisions: 3, files: 1, bytes: 4096 }] });
    expect(await run(io, `decisions exports ${PLACE}`)).toBe(0);
    expect(io.out()).toMatch(/2026-11-20 +3 +1 +4096 +2026-11-20 00:00:00Z/);
  });
});
