import * as fc from "fast-check";
import type { Emulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines, openTestDatabase } from "../../storage/testing/engines.ts";
import type { TestEngine } from "../../storage/testing/engines.ts";
import { wantStatuses } from "../index.ts";
import {
  openStatuses,
  SANDBOX,
  SANDBOX_PATH,
  startSubscribedStore,
  TRANSACTION_IDS,
} from "../testing/test-statuses.ts";
import type { TestStatuses } from "../testing/test-statuses.ts";

const IMPORTS = `${SANDBOX_PATH}/subscriber-imports` as const;
const [FIRST = ""] = TRANSACTION_IDS;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startSubscribedStore();
});
afterAll(() => emulator.close());

async function open(engine: TestEngine): Promise<TestStatuses> {
  return openStatuses(await openTestDatabase(engine), emulator);
}

interface ImportBody {
  readonly id: string;
  readonly state: string;
  readonly received: number;
  readonly accepted: number;
  readonly waiting: number;
  readonly etaSeconds?: number;
  readonly ratePerSecond?: number;
}

/** A file is known by its hash alone. */
const fileHash = (digit: number): string => String(digit).repeat(64);

async function begin(
  setting: TestStatuses,
  {
    file = 1,
    ...rest
  }: { readonly total: number; readonly file?: number; readonly again?: boolean },
) {
  const { status, body } = await setting.call(`POST ${IMPORTS}`, {
    fileSha256: fileHash(file),
    ...rest,
  });
  return { ...(body as unknown as ImportBody), status };
}

function add(
  setting: TestStatuses,
  id: string,
  [offset, transactionIds]: readonly [number, readonly string[]],
) {
  return setting.call(`POST ${IMPORTS}/${id}/transaction-ids`, { offset, transactionIds });
}

async function read(setting: TestStatuses, id: string): Promise<ImportBody> {
  return (await setting.call(`GET ${IMPORTS}/${id}`)).body as unknown as ImportBody;
}

describe.each(await engines())("on $name", (engine) => {
  test("a file is fetched to its end: what is wrong, unknown and repeated counted", async () => {
    const setting = await open(engine);
    const ids = [...TRANSACTION_IDS.slice(0, 20), "not an id", FIRST, "2999999999999999", ""];
    const { id } = await begin(setting, { total: ids.length });
    await add(setting, id, [0, ids.slice(0, 10)]);
    expect(await read(setting, id)).toMatchObject({
      state: "receiving",
      received: 10,
      waiting: 10,
    });
    // Some are fetched before all have come.
    await setting.run();
    expect(await read(setting, id)).toMatchObject({ fetched: 10, waiting: 0 });
    await add(setting, id, [10, ids.slice(10)]);
    await setting.run();
    expect(await read(setting, id)).toMatchObject({
      state: "done",
      received: 24,
      // Twice: in the file again, after it was fetched and forgotten.
      accepted: 22,
      repeated: 0,
      invalid: 2,
      fetched: 21,
      notFound: 1,
      failed: 0,
      waiting: 0,
    });
    expect(await setting.rows()).toEqual([]);
    const known = await setting.database.queries
      .selectFrom("subscribers")
      .select("pseudonym")
      .execute();
    expect(known).toHaveLength(20);
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 22, getTransactionHistory: 21 });
    const kept = await setting.database.queries
      .selectFrom("subscriber_imports")
      .selectAll()
      .execute();
    expect(JSON.stringify(kept)).not.toContain(fileHash(1));
  });

  test("an import whose process dies comes to the same totals", async () => {
    const setting = await open(engine);
    const { database } = setting;
    const { id } = await begin(setting, { total: 21 });
    await add(setting, id, [0, [...TRANSACTION_IDS.slice(0, 20), "2999999999999999"]]);
    let transactions = 0;
    const dying: typeof database = {
      ...database,
      transaction(act) {
        transactions += 1;
        // In the middle of it: what it wrote is undone.
        return database.transaction(async (transaction) => {
          const result = await act(transaction);
          if (transactions > 9) throw new Error("the process has ended");
          return result;
        });
      },
    };
    await expect(setting.run({ database: dying })).rejects.toThrow("the process has ended");
    const { waiting } = await read(setting, id);
    expect(waiting).toBeGreaterThan(5);
    await setting.run();
    const totals = { state: "done", accepted: 21, fetched: 20, notFound: 1, failed: 0, waiting: 0 };
    expect(await read(setting, id)).toMatchObject(totals);
  });

  test("whoever waits only because they were asked about lately keeps no import waiting", async () => {
    const setting = await open(engine);
    const { database, ids, clock } = setting;
    const pseudonym = ids.pseudonymOf(FIRST);
    const sealedId = ids.seal(SANDBOX, pseudonym, FIRST);
    const wanted = { pseudonym, sealedId, reason: "outcome" } as const;
    const want = () =>
      database.transaction((transaction) =>
        wantStatuses(transaction, SANDBOX, [wanted], { now: clock.now() }),
      );
    await want();
    await setting.run();
    await want();
    await setting.run();
    expect(setting.asked()).toMatchObject({ getAllSubscriptionStatuses: 1 });
    const { id } = await begin(setting, { total: 1 });
    await add(setting, id, [0, [FIRST]]);
    await setting.run();
    expect(await read(setting, id)).toMatchObject({ state: "done", fetched: 1, waiting: 0 });
  });

  test("a file that is sent again goes on where it was, and a done one is done", async () => {
    const setting = await open(engine);
    const ids = TRANSACTION_IDS.slice(0, 6);
    const first = await begin(setting, { total: 6 });
    await add(setting, first.id, [0, ids.slice(0, 4)]);
    expect(await begin(setting, { total: 6 })).toMatchObject({ id: first.id, received: 4 });
    expect(await begin(setting, { total: 7 })).toMatchObject({ status: 409 });
    expect(await begin(setting, { total: 6, file: 2 })).toMatchObject({ received: 0 });
    const gap = await add(setting, first.id, [5, ids.slice(5)]);
    expect([gap.status, gap.text]).toEqual([409, expect.stringContaining("from offset 4 on")]);
    const beyond = await add(setting, first.id, [4, [...ids, ...ids]]);
    expect(beyond.status).toBe(409);
    await add(setting, first.id, [4, ids.slice(4)]);
    await setting.run();
    expect(await begin(setting, { total: 6 })).toMatchObject({ id: first.id, state: "done" });
    // Who was cut off before hearing of the last ones sends them again.
    const late = await add(setting, first.id, [4, ids.slice(4)]);
    expect(late.body).toMatchObject({ state: "done", received: 6, accepted: 6 });
    const again = await begin(setting, { total: 6, again: true });
    expect(again).toMatchObject({ state: "receiving", received: 0 });
    expect(again.id).not.toBe(first.id);
  });

  test("a cancelled import asks Apple no more, and its file can be imported anew", async () => {
    const setting = await open(engine);
    const ids = TRANSACTION_IDS.slice(0, 8);
    const { id } = await begin(setting, { total: 8 });
    await add(setting, id, [0, ids.slice(0, 7)]);
    const { status } = await setting.call(`DELETE ${IMPORTS}/${id}`);
    expect(status).toBe(204);
    expect((await setting.call(`DELETE ${IMPORTS}/${id}`)).status).toBe(409);
    expect((await add(setting, id, [7, ids.slice(7)])).status).toBe(409);
    const anew = await begin(setting, { total: 8 });
    // Of those still in the queue of the cancelled one, too.
    await add(setting, anew.id, [0, ids.slice(0, 2)]);
    await setting.run();
    expect(setting.asked()).toEqual({ getAllSubscriptionStatuses: 2, getTransactionHistory: 2 });
    expect(await setting.rows()).toEqual([]);
    expect(await read(setting, anew.id)).toMatchObject({ accepted: 2, fetched: 2, waiting: 0 });
    const { body } = await setting.call(`GET ${IMPORTS}`);
    const states = (body["items"] as unknown as readonly ImportBody[]).map(({ state }) => state);
    expect(states).toEqual(["receiving", "cancelled"]);
  });

  test("how long it takes is told by the measured rate, after what is more urgent", async () => {
    const setting = await open(engine);
    const { clock, database } = setting;
    const { id } = await begin(setting, { total: 1000 });
    await add(setting, id, [0, TRANSACTION_IDS.slice(0, 10)]);
    expect(await read(setting, id)).not.toHaveProperty("etaSeconds");
    // Each of Apple's answers takes a quarter of a second by the clock.
    const appStoreServer: typeof setting.means.clients.appStoreServer = async (...client) => {
      const real = await setting.means.clients.appStoreServer(...client);
      return {
        ...real,
        getAllSubscriptionStatuses(...call) {
          clock.advance(250);
          return real.getAllSubscriptionStatuses(...call);
        },
      };
    };
    await setting.run({ clients: { appStoreServer } });
    const { etaSeconds = 0, ratePerSecond = 0 } = await read(setting, id);
    expect(ratePerSecond).toBeGreaterThan(2);
    expect(ratePerSecond).toBeLessThan(12);
    expect(etaSeconds).toBe(Math.ceil(990 / ratePerSecond));
    await database.queries
      .updateTable("status_queues")
      .set({ paused_until: clock.now() + 100_000 })
      .execute();
    const paused = await read(setting, id);
    expect((paused.etaSeconds ?? 0) - etaSeconds).toBeGreaterThanOrEqual(98);
    clock.advance(11 * 60_000);
    expect(await read(setting, id)).not.toHaveProperty("etaSeconds");
  });

  test("batches that come again, overlap or come at once count each id once", async () => {
    const setting = await open(engine);
    const total = 30;
    const ids = TRANSACTION_IDS.slice(0, total);
    const batches = fc.array(
      fc.tuple(fc.nat({ max: total - 1 }), fc.integer({ min: 1, max: 12 })),
      {
        maxLength: 12,
      },
    );
    let file = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (sent) => {
        await setting.database.queries.deleteFrom("wanted_statuses").execute();
        await setting.database.queries.deleteFrom("subscriber_imports").execute();
        file = (file + 1) % 10;
        const { id } = await begin(setting, { total, file });
        let received = 0;
        for (const [offset, length] of sent) {
          const batch = ids.slice(offset, offset + length);
          const answers = await Promise.all([
            add(setting, id, [offset, batch]),
            add(setting, id, [offset, batch]),
          ]);
          const end = offset + batch.length;
          const isTaken = offset <= received;
          if (isTaken) received = Math.max(received, end);
          // Of two at the same time one may have to be sent again.
          const taken = answers.filter(({ status }) => status === 200);
          expect(taken.length > 0).toBe(isTaken);
          expect(await read(setting, id)).toMatchObject({
            received,
            accepted: received,
            repeated: 0,
          });
        }
        expect(await setting.rows()).toHaveLength(received);
      }),
      { numRuns: 8 },
    );
  });
});
