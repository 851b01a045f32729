import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { serveControl, startFollowingHost } from "../distribution/testing/serve-control.ts";
import { backupDatabase, markRestored, openDatabase, restoreDatabase } from "../storage/index.ts";
import type { Database } from "../storage/index.ts";
import { engines, openTestDatabase, temporaryDirectory } from "../storage/testing/engines.ts";
import { nextSequence } from "./next-sequence.ts";
import { flowFor, openTestPublishing } from "./testing/test-publishing.ts";
import type { TestPublishing } from "./testing/test-publishing.ts";

const SANDBOX = "/v1/apps/yoga/environments/sandbox";

async function reported(control: TestPublishing): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await control.call("GET /v1/runtimes");
  return body.items.flatMap(({ serves }) => serves)[0] ?? {};
}

describe.each(await engines())("after a restore on $name", (engine) => {
  async function restored(now: number): Promise<TestPublishing> {
    const control = await openTestPublishing(await openTestDatabase(engine));
    await control.publish(flowFor(["USA"]));
    await control.database.transaction((transaction) => markRestored(transaction, now));
    return control;
  }

  test("the next publication is above all that was issued before, the one after it by one more", async () => {
    const control = await restored(1_000_000);
    expect((await control.publish(flowFor(["GBR"]))).body.sequence).toBe(1_000_000);
    expect((await control.publish(flowFor(["FRA"]))).body.sequence).toBe(1_000_001);
    const rollback = { to: 1, expectedSequence: 1_000_001 };
    const { body } = await control.call(`POST ${SANDBOX}/publications/rollback`, rollback);
    expect(body.sequence).toBe(1_000_002);
  });

  test("a publication repeated because its answer was lost is not made twice, nor over another's", async () => {
    const control = await restored(1_000_000);
    const version = await control.save(flowFor(["GBR"]));
    const path = `POST ${SANDBOX}/publications`;
    const first = await control.call(path, { version, expectedSequence: 1 });
    const again = await control.call(path, { version, expectedSequence: 1 });
    expect([first.body.sequence, again.body.sequence]).toEqual([1_000_000, 1_000_000]);
    const other = await control.save(flowFor(["FRA"]));
    const late = await control.call(path, { version: other, expectedSequence: 1 });
    expect(late).toMatchObject({
      status: 409,
      body: { error: { current: { sequence: 1_000_000 } } },
    });
  });

  test("of two who publish at once one wins", async () => {
    const control = await restored(1_000_000);
    const versions = [await control.save(flowFor(["GBR"])), await control.save(flowFor(["FRA"]))];
    const answers = await Promise.all(
      versions.map((version) =>
        control.call(`POST ${SANDBOX}/publications`, { version, expectedSequence: 1 }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
  });

  test("pausing and resuming issue a stop list once, whatever the backup says is stopped", async () => {
    const control = await restored(1_000_000);
    const sequences: number[] = [];
    for (const what of ["resume", "resume", "pause", "pause"]) {
      const { body } = await control.call(`POST ${SANDBOX}/${what}`, { isWholeApp: true });
      sequences.push(body.sequence);
    }
    expect(sequences).toEqual([1_000_000, 1_000_000, 1_000_001, 1_000_001]);
  });

  test("a second restore goes on above the first, also where the clock was put back", async () => {
    const { database } = await restored(2_000_000);
    await database.transaction((transaction) => markRestored(transaction, 1_000_000));
    await expect(nextSequence(database.queries, 1)).resolves.toBe(2_000_000);
    await database.transaction((transaction) => markRestored(transaction, 3_000_000));
    await expect(nextSequence(database.queries, 2_000_007)).resolves.toBe(3_000_000);
  });
});

test("a runtime that saw higher sequences takes what is published after an older backup was restored", async () => {
  const directory = await temporaryDirectory();
  const [backup, runtimeDirectory] = [
    join(await temporaryDirectory(), "backup.db"),
    await temporaryDirectory(),
  ];
  const open = (): Promise<Database> => openDatabase({ engine: "sqlite", directory });
  const before = await open();
  const first = await openTestPublishing(before);
  await first.publish(flowFor(["USA"]));
  await backupDatabase(directory, backup);
  const served = await serveControl(first.app);
  const host = await startFollowingHost({
    publisherKeys: first,
    url: served.url,
    directory: runtimeDirectory,
  });
  onTestFinished(() => host.close());
  for (const storefront of ["GBR", "FRA", "DEU"]) await first.publish(flowFor([storefront]));
  await first.call(`POST ${SANDBOX}/pause`, { isWholeApp: true });
  await expect.poll(() => reported(first)).toMatchObject({ sequence: 4, stopListSequence: 1 });
  await served.close();
  await before.close();

  const { sequenceFloor } = await restoreDatabase(backup, directory);
  const after = await open();
  onTestFinished(() => after.close());
  const second = await openTestPublishing(after, { keyring: first.keyring });
  const again = await serveControl(second.app, served.port);
  onTestFinished(() => again.close());
  // What is older than it has seen it does not take.
  await expect
    .poll(() => reported(second))
    .toMatchObject({ sequence: 4, stopListSequence: 1, problem: "PUBLICATION_SUPERSEDED" });
  await second.publish(flowFor(["ITA"]));
  await second.call(`POST ${SANDBOX}/resume`, { isWholeApp: true });
  const taken = { sequence: sequenceFloor, stopListSequence: sequenceFloor };
  await expect.poll(() => reported(second)).toMatchObject(taken);
  await expect.poll(() => reported(second)).not.toHaveProperty("problem");
});
