import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openTestDatabaseAt, SQLITE, temporaryDirectory } from "../../storage/testing/engines.ts";
import { addExposures } from "../add-exposures.ts";
import { writeAttributes } from "../attributes/write-attributes.ts";
import { readSubscriberState } from "../state/read-stored.ts";
import { BEGUN_AT, newsOf } from "../testing/arbitrary-news.ts";
import { testDecision } from "../testing/test-decision.ts";
import { TEST_IDS } from "../testing/test-ids.ts";
import { updateSubscribers } from "../update-subscribers.ts";
import { openSubscriberReader } from "./index.ts";
import type { SubscriberReaderOptions } from "./index.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const DAY_MS = 86_400_000;
const NOW = BEGUN_AT + 10 * DAY_MS;
const UNREACHABLE = { code: "DATABASE_UNREACHABLE" };

function open(options: SubscriberReaderOptions) {
  const reader = openSubscriberReader({ now: () => NOW, ...options });
  onTestFinished(() => reader.close());
  return {
    reader,
    find: (pseudonym: string, signal = new AbortController().signal) =>
      reader.find({ ...PLACE, pseudonym }, signal),
  };
}

const DYING = new URL("../testing/dying-reader-worker.ts", import.meta.url);

test("find() gives what the control plane's own reading gives, while that writes", async () => {
  const place = await SQLITE.migratedPlace();
  if (place.engine !== "sqlite") throw new Error("expected SQLite");
  const database = await openTestDatabaseAt(place);
  const { find } = open({ databasePath: join(place.directory, "holdfast.db") });
  const pseudonym = TEST_IDS.pseudonymOf("100");
  expect(await find(pseudonym)).toBeUndefined();

  await database.transaction((transaction) =>
    updateSubscribers(
      transaction,
      PLACE,
      [
        newsOf("100", {
          signedDate: BEGUN_AT,
          transaction: {
            transactionId: "100",
            originalTransactionId: "100",
            productId: "plain.monthly",
            purchaseDate: BEGUN_AT,
            expiresDate: BEGUN_AT + 30 * DAY_MS,
            storefront: "USA",
            appAccountToken: "A",
          },
        }),
      ],
      TEST_IDS,
    ),
  );
  await writeAttributes(database.queries, PLACE, [
    { owner: TEST_IDS.accountHashOf("a"), name: "cohort", value: ["x"], setAt: 1 },
    { owner: pseudonym, name: "gone", value: 1, setAt: 1, expiresAt: NOW },
    { owner: pseudonym, name: "here", value: 1, setAt: 1, expiresAt: NOW + 1 },
  ]);
  await database.transaction((transaction) =>
    addExposures(transaction, PLACE, [
      testDecision(pseudonym, { requestedAt: BEGUN_AT + DAY_MS }),
      testDecision("answered only", { requestedAt: BEGUN_AT }),
    ]),
  );
  const state = await find(pseudonym);
  expect(state).toEqual(
    await readSubscriberState(database.queries, PLACE, { pseudonym, now: NOW }),
  );
  expect(state?.attributes).toMatchObject({
    storefront: "USA",
    "attributes.cohort": ["x"],
    "attributes.here": 1,
  });
  expect(state?.attributes).not.toHaveProperty(["attributes.gone"]);
  expect(await find("answered only")).toMatchObject({
    attributes: {},
    previousDecisions: { rules: { winback: { count: 1 } } },
  });
  expect(await find("nobody")).toBeUndefined();
});

test("find() rejects while there is no database, and finds once there is one", async () => {
  const directory = await temporaryDirectory();
  const { find } = open({ databasePath: join(directory, "holdfast.db") });
  await expect(find("p")).rejects.toMatchObject(UNREACHABLE);
  await openTestDatabaseAt({ engine: "sqlite", directory });
  expect(await find("p")).toBeUndefined();
});

test("finds of one turn go in one message", async () => {
  const { find } = open({ databasePath: "not opened", script: DYING });
  const states = await Promise.all(["a", "b", "c"].map((pseudonym) => find(pseudonym)));
  const together = { attributes: { "attributes.together": 3, "attributes.now": NOW } };
  expect(states).toMatchObject([together, together, together]);
  expect(await find("alone")).toMatchObject({ attributes: { "attributes.together": 1 } });
});

test("a signal ends the waiting alone: what was asked with it is answered", async () => {
  const { find } = open({ databasePath: "not opened", script: DYING });
  const bound = new AbortController();
  const late = find("silence", bound.signal);
  const answered = find("a");
  expect(await answered).toMatchObject({ attributes: { "attributes.together": 2 } });
  bound.abort();
  await expect(late).rejects.toMatchObject(UNREACHABLE);
  await expect(find("a", bound.signal)).rejects.toMatchObject(UNREACHABLE);
});

test("when the thread dies who waits is refused, and another one takes its place", async () => {
  const { find, reader } = open({ databasePath: "not opened", script: DYING });
  await expect(Promise.all([find("silence"), find("die")])).rejects.toMatchObject(UNREACHABLE);
  await expect
    .poll(() => find("a").catch(() => undefined), { interval: 10 })
    .toMatchObject({ attributes: { "attributes.now": NOW } });
  const last = find("silence");
  await reader.close();
  await expect(last).rejects.toMatchObject(UNREACHABLE);
  await expect(find("a")).rejects.toMatchObject(UNREACHABLE);
});
