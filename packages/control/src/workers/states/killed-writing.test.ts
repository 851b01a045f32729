import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engines } from "../../storage/testing/engines.ts";
import { openStorageDatabase } from "../../storage/open-database.ts";
import { BEGUN_AT, newsOf } from "../../subscribers/testing/arbitrary-news.ts";
import { killWriting } from "./testing/killed-writing.ts";
import { openWorld, prepareWorld } from "./testing/states-world.ts";
import { SETTLED_MS } from "./testing/test-target.ts";

const DAY_MS = 86_400_000;

let cloudflare: LocalCloudflare;
beforeAll(async () => {
  cloudflare = await startCloudflare();
});
afterAll(() => cloudflare.close());

function period(id: string, index: number) {
  const purchaseDate = BEGUN_AT + index * 30 * DAY_MS;
  const transaction = {
    transactionId: index === 0 ? id : `${id}${index}`,
    originalTransactionId: id,
    productId: "plain.monthly",
    purchaseDate,
    expiresDate: purchaseDate + 30 * DAY_MS,
  };
  return newsOf(id, { signedDate: purchaseDate, transaction });
}

describe.each(await engines())("on $name", (engine) => {
  test("workerStatesJob() loses nothing wherever its process is killed", async () => {
    const place = await engine.migratedPlace();
    const namespaceId = cloudflare.addNamespace(`killed on ${engine.name}`);
    const { accountId, apiToken, apiUrl } = cloudflare;
    const access = { accountId, namespaceId, apiToken, apiUrl };
    const clock = { now: BEGUN_AT };
    const killed: (NodeJS.Signals | null)[] = [];
    const prepared = await openStorageDatabase(place);
    await prepareWorld(prepared);
    await prepared.close();
    // After each thing it does; before the next one is the same.
    for (let killAt = 1; killed.at(-1) !== null; killAt += 2) {
      const before = await openStorageDatabase(place);
      const world = openWorld(before, clock);
      // One that changes, one that is erased, and one that is another because time has passed.
      await world.decide("100");
      if (killAt % 4 === 1) await world.tell(period("200", killAt));
      else await world.erase("200");
      clock.now += 30 * DAY_MS;
      await before.close();
      killed.push(await killWriting({ place, access, now: clock.now, killAt }));
      const after = await openStorageDatabase(place);
      clock.now += SETTLED_MS;
      const again = openWorld(after, clock);
      await again.run(createKvNamespaceClient(access));
      const written = Object.fromEntries(
        cloudflare.keys(namespaceId).map((key) => {
          const value = cloudflare.value(namespaceId, key) ?? "";
          return [key, JSON.parse(value) as unknown];
        }),
      );
      expect(written, `killed at ${killAt}`).toEqual(await again.expected());
      await after.close();
    }
    expect(killed.length).toBeGreaterThan(4);
  });
});
