import { randomBytes } from "node:crypto";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { createAppsFeature } from "../apps/index.ts";
import { createTestControl } from "../apps/testing/test-control.ts";
import { createKeysFeature } from "../keys/index.ts";
import { clientsOf, knownConnectKey } from "../keys/testing/test-keys.ts";
import { createKeyring } from "../secrets/index.ts";
import { openStorageDatabase } from "../storage/open-database.ts";
import type { DatabaseOptions } from "../storage/open-database.ts";
import { engines } from "../storage/testing/engines.ts";
import { readStoredCatalog } from "./index.ts";
import { readSyncState } from "./sync-state.ts";
import { runSync } from "./testing/killed-sync.ts";
import { SMALL_APP } from "./testing/small-app.ts";

/** Of the recorded points every so many is one where a process is killed. */
const EVERY = process.env["HOLDFAST_EVERY_POINT"] === "1" ? 1 : 15;

interface Prepared {
  readonly place: DatabaseOptions;
  readonly masterKey: string;
}

/** Makes the app and its key in a database, and closes it: only one process may have it. */
async function prepare(place: DatabaseOptions, emulator: Emulator): Promise<Prepared> {
  const current = new Uint8Array(randomBytes(32));
  const keyring = await createKeyring({ current, previous: [] });
  const database = await openStorageDatabase(place);
  const clients = clientsOf(emulator, { queries: database.queries, keyring });
  const dependents = { liveEnvironments: () => Promise.resolve([]), deletions: [] };
  const features = [
    createAppsFeature({ database, keyring, dependents }),
    createKeysFeature({ database, keyring, clients, signsOffers: () => Promise.resolve(false) }),
  ];
  const control = createTestControl({ database, features });
  const { bundleId, appAppleId } = SMALL_APP;
  const app = { id: "yoga", name: "Yoga", bundleId, appAppleId, environments: { sandbox: {} } };
  await expect(control.call("POST /v1/apps", app)).resolves.toMatchObject({ status: 201 });
  const key = await control.call("POST /v1/apps/yoga/connect-keys", knownConnectKey(emulator));
  expect(key.status).toBe(201);
  await database.close();
  return { place, masterKey: Buffer.from(current).toString("base64") };
}

/** Returns what a sync left, and clears it away. */
async function take(place: DatabaseOptions) {
  const database = await openStorageDatabase(place);
  const { queries } = database;
  const catalog = await readStoredCatalog(queries, "yoga");
  const { state } = await readSyncState(queries, "yoga");
  const steps = await queries.selectFrom("catalog_sync_steps").select("step").execute();
  for (const table of [
    "catalogs",
    "catalog_groups",
    "catalog_products",
    "catalog_offers",
    "catalog_retention",
    "catalog_syncs",
  ] as const) {
    await queries.deleteFrom(table).execute();
  }
  await database.close();
  const { syncedAt: _, ...content } = catalog ?? { syncedAt: 0 };
  return { content, state, steps };
}

describe.each(await engines())("on $name", (engine) => {
  test("a sync whose process is killed converges when it is run again", async () => {
    const emulator = await startEmulator({ port: 0, apps: [SMALL_APP] });
    onTestFinished(() => emulator.close());
    const prepared = await prepare(await engine.migratedPlace(), emulator);
    const { connectBaseUrl } = emulator.credentials("yoga");
    const run = (killAtPoint?: number) => runSync({ ...prepared, connectBaseUrl, killAtPoint });
    const { points, stderr } = await run();
    expect(stderr).toBe("");
    const whole = await take(prepared.place);
    expect(whole).toMatchObject({ state: "succeeded", steps: [], content: { retention: {} } });
    const kills = [...points.keys()].filter(
      (index) => index % EVERY === 0 || index >= points.length - 2,
    );
    expect(kills.length).toBeGreaterThan(3);
    for (const index of kills) {
      const point = points[index];
      const { signal } = await run(index);
      expect({ point, signal }).toEqual({ point, signal: "SIGKILL" });
      const again = await run();
      expect({ point, stderr: again.stderr }).toEqual({ point, stderr: "" });
      expect({ point, ...(await take(prepared.place)) }).toEqual({ point, ...whole });
      // What was kept before the kill is not asked for again; after the commit everything is.
      const most = point === "written" ? points.length : points.length - index + 2;
      expect({ point, isMore: again.points.length > most }).toEqual({ point, isMore: false });
    }
  }, 180_000);
});
