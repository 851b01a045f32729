import type { AppStoreConnectMessage } from "@holdfast/emulator";
import { describe, expect, test } from "vitest";
import { addKnownKeys, setUpKeys } from "../keys/testing/test-keys.ts";
import type { KeysSettingOptions } from "../keys/testing/test-keys.ts";
import { changesSince, createIdSource, latestChange } from "../storage/index.ts";
import { engines } from "../storage/testing/engines.ts";
import { createAppleContentFeature, createCatalogFeature, defaultsJob } from "./index.ts";
import { syncCatalog } from "./sync-catalog.ts";

const NEVER = new AbortController().signal;
const CATALOG = "GET /v1/apps/yoga/catalog";
const FALLBACKS = "GET /v1/apps/yoga/environments/sandbox/fallbacks";
const SANDBOX = { app: "yoga", environment: "sandbox" } as const;
const PRODUCTION = { app: "yoga", environment: "production" } as const;
const MESSAGE = "0b7e3b0e-0000-4000-8000-000000000001";

const STAY: AppStoreConnectMessage = {
  referenceName: "Stay",
  state: "APPROVED",
  localizations: {
    "en-US": { header: "Stay", body: "Please stay." },
    "de-DE": { header: "Bleib", body: "Bitte bleib." },
  },
  retentionOffer: { offerIdentifier: "STAY_3M", mode: "FREE_TRIAL", period: "P3M" },
};

async function setUp(options: KeysSettingOptions = {}) {
  const clock = { now: 1_795_000_000_000 };
  const now = () => (clock.now += 1000);
  const setting = await setUpKeys({
    ...options,
    now,
    features: ({ database, clients }) => [
      createAppleContentFeature({ database, clients }),
      createCatalogFeature({ database, ids: createIdSource() }),
    ],
  });
  await addKnownKeys(setting);
  const { database, clients, emulator } = setting;
  for (const place of [SANDBOX, PRODUCTION]) {
    emulator.setAppStoreConnectMessage(place, "yoga.monthly", STAY);
  }
  const job = defaultsJob({ database, clients, now });
  return {
    ...setting,
    sync: () => syncCatalog("yoga", { database, clients, now }, NEVER),
    askForDefaults: () => job.run({ id: "1", payload: null, attempt: 1, signal: NEVER }),
  };
}

describe.each(await engines())("on $name", (engine) => {
  test("syncCatalog() keeps App Store Connect's own messages and offers, and follows them", async () => {
    const { control, emulator, sync, database } = await setUp({ engine });
    await sync();
    const id = expect.any(String) as string;
    const { body } = await control.call(CATALOG);
    expect(body["retention"]).toEqual({
      messages: [
        {
          id,
          name: "Stay",
          versions: [
            {
              version: 1,
              state: "APPROVED",
              localizations: [
                { locale: "de-DE", ...STAY.localizations["de-DE"] },
                { locale: "en-US", ...STAY.localizations["en-US"] },
              ],
            },
          ],
        },
      ],
      products: [
        {
          productId: "yoga.monthly",
          messageId: id,
          offers: [
            {
              id,
              offerIdentifier: "STAY_3M",
              name: "STAY_3M",
              offerMode: "FREE_TRIAL",
              duration: "P3M",
              numberOfPeriods: 1,
            },
          ],
        },
      ],
    });
    const cursor = await latestChange(database.queries);
    await sync();
    await expect(changesSince(database.queries, cursor)).resolves.toMatchObject({ changes: [] });
    emulator.setAppStoreConnectMessage(SANDBOX, "yoga.monthly", { ...STAY, state: "REJECTED" });
    await sync();
    const { changes } = await changesSince(database.queries, cursor);
    expect(changes).toMatchObject([{ topic: "catalog", app: "yoga" }]);
    const after = await control.call(CATALOG);
    expect(after.body["retention"]).toMatchObject({
      messages: [{ versions: [{ state: "APPROVED" }, { state: "REJECTED" }] }],
    });
  });

  test("listFallbacks has App Store Connect's message before the default message", async () => {
    const { control, emulator, sync, askForDefaults } = await setUp({ engine });
    await sync();
    const byConnect = {
      productId: "yoga.monthly",
      source: "appStoreConnect",
      name: "Stay",
      offers: 1,
    };
    await expect(control.call(FALLBACKS)).resolves.toMatchObject({
      body: {
        items: [
          { productId: "yoga.family", locale: "en-US", source: "unknown" },
          byConnect,
          { productId: "yoga.yearly", source: "unknown" },
        ],
      },
    });
    emulator.uploadMessage(SANDBOX, MESSAGE, { header: "Stay", body: "Please stay." });
    for (const productId of ["yoga.monthly", "yoga.yearly"]) {
      const place = { productId, locale: "en-US", messageIdentifier: MESSAGE };
      emulator.configureDefault(SANDBOX, place);
    }
    await askForDefaults();
    const { body } = await control.call(FALLBACKS);
    const { items } = body as unknown as { readonly items: readonly unknown[] };
    expect(items).toMatchObject([
      { productId: "yoga.family", source: "nothing" },
      byConnect,
      { productId: "yoga.yearly", source: "default", messageIdentifier: MESSAGE },
    ]);
    const first = await control.call(`${FALLBACKS}?limit=2`);
    const rest = await control.call(`${FALLBACKS}?cursor=${String(first.body["nextCursor"])}`);
    expect([first, rest].map((page) => page.body["items"])).toEqual([
      items.slice(0, 2),
      items.slice(2),
    ]);
    const one = await control.call(`${FALLBACKS}?productId=yoga.yearly`);
    expect(one.body["items"]).toMatchObject([{ productId: "yoga.yearly" }]);
  });

  test("a default message that App Store Connect's makes up for is missed less", async () => {
    const { control, sync, askForDefaults } = await setUp({ engine });
    await sync();
    await askForDefaults();
    const { body } = await control.call("GET /v1/apps/yoga/catalog/problems");
    const { items } = body as unknown as {
      items: readonly { readonly code: string; readonly productId: string }[];
    };
    const covered = items.filter(({ code }) => code === "DEFAULT_COVERED");
    expect(covered.map(({ productId }) => productId)).toEqual(["yoga.monthly", "yoga.monthly"]);
    const missing = items.filter(({ code }) => code === "DEFAULT_MISSING");
    expect(new Set(missing.map(({ productId }) => productId))).toEqual(
      new Set(["yoga.family", "yoga.yearly"]),
    );
  });
});

test.each([400, 403, 404, 500])(
  "syncCatalog() reads the rest where retention messages are answered %d",
  async (status) => {
    let isRefused = false;
    const { control, sync } = await setUp({
      calling: {
        clock: { now: Date.now, sleep: () => Promise.resolve() },
        fetch: (url, init) =>
          isRefused && url.includes("retention")
            ? Promise.resolve(Response.json({ errors: [{ code: "REFUSED" }] }, { status }))
            : fetch(url, init),
      },
    });
    await sync();
    isRefused = true;
    await sync();
    const { body } = await control.call(CATALOG);
    expect(body["retention"]).toBeUndefined();
    expect(body["products"]).toHaveLength(3);
    await expect(control.call("GET /v1/apps/yoga/catalog/sync")).resolves.toMatchObject({
      body: { state: "succeeded" },
    });
    await expect(control.call(FALLBACKS)).resolves.toMatchObject({
      body: { items: [{ source: "unknown" }, { source: "unknown" }, { source: "unknown" }] },
    });
  },
);
