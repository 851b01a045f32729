import { openState, recordUse } from "@holdfast/provisioning";
import type { StateKeeper } from "@holdfast/provisioning";
import { describe, expect, test } from "vitest";
import { readSeenDefaults, writeDefault } from "../catalog/default-messages.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import type { TestEngine } from "../storage/testing/engines.ts";
import { createApp } from "../apps/create-app.ts";
import { sealNewPseudonymKey } from "../apps/pseudonym-key.ts";
import { createTestKeyring } from "../apps/testing/test-control.ts";
import { createProvisioningStore } from "./provisioning-store.ts";

const PLACE = { app: "yoga", environment: "sandbox" } as const;
const OWNER = { bundleId: "com.example.yoga", environment: "sandbox" } as const;
const NOW = 1_795_251_600_000;

async function openDatabase(engine: TestEngine) {
  const database = await openTestDatabase(engine);
  const pseudonymKey = await sealNewPseudonymKey("yoga", await createTestKeyring());
  const app = { id: "yoga", name: "Yoga", bundleId: OWNER.bundleId, appAppleId: 1 };
  await database.transaction((transaction) =>
    createApp(transaction, { ...app, environments: {} }, { pseudonymKey, now: NOW }),
  );
  const open = (owner: Parameters<typeof openState>[1] = OWNER): Promise<StateKeeper> => {
    const store = createProvisioningStore({ database, place: PLACE, owner, now: () => NOW });
    return openState(store, owner, NOW);
  };
  return { database, open };
}

function use(name: string) {
  return { kind: "apply" as const, name, messages: [name], images: [] };
}

describe.each(await engines())("createProvisioningStore() on $name", (engine) => {
  test("keeps what is written, and writes nothing where nothing changes", async () => {
    const { database, open } = await openDatabase(engine);
    const keeper = await open();
    await keeper.update((state) => state);
    const revisions = () =>
      database.queries.selectFrom("provisioning_states").select("revision").execute();
    expect(await revisions()).toEqual([]);
    await keeper.update((state) => recordUse(state, use("version 1"), NOW));
    await keeper.update((state) => recordUse(state, use("version 1"), NOW));
    expect(await revisions()).toEqual([{ revision: 1 }]);
    expect((await open()).current).toEqual(keeper.current);
    expect(keeper.current.uses).toMatchObject([{ name: "version 1", from: NOW }]);
  });

  test("loses no change of those who change it at the same time", async () => {
    const { open } = await openDatabase(engine);
    const keepers = await Promise.all([open(), open(), open(), open()]);
    await Promise.all(
      keepers.map((keeper, index) =>
        keeper.update((state) => ({
          ...state,
          names: { ...state.names, [`id ${index}`]: { message: "stay", locale: "en-US" } },
        })),
      ),
    );
    expect(Object.keys((await open()).current.names)).toHaveLength(keepers.length);
  });

  test("has the default messages that the catalog has, and the catalog those it is given", async () => {
    const { database, open } = await openDatabase(engine);
    const seen = { productId: "yoga.monthly", locale: "en-US", messageIdentifier: "a", seenAt: 5 };
    await writeDefault(database.queries, PLACE, seen);
    const keeper = await open();
    expect(keeper.current.defaults).toMatchObject([{ messageIdentifier: "a", at: 5 }]);
    const other = { productId: "yoga.monthly", locale: "de-DE", messageIdentifier: "b" };
    await keeper.update((state) => ({
      ...state,
      defaults: [...state.defaults, { ...other, at: 7, from: "written" as const }],
    }));
    expect(await readSeenDefaults(database.queries, PLACE)).toEqual([
      { ...other, seenAt: 7 },
      seen,
    ]);
    expect((await open()).current.defaults).toHaveLength(2);
  });

  test("refuses what is of another app", async () => {
    const { open } = await openDatabase(engine);
    await (await open()).update((state) => recordUse(state, use("version 1"), NOW));
    const owner = { ...OWNER, bundleId: "com.example.other" };
    await expect(open(owner)).rejects.toMatchObject({ code: "STATE_OF_ANOTHER_APP" });
  });
});
