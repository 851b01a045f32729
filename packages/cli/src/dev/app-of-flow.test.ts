import { parseCatalog } from "@holdfast/flow/catalog";
import { expect, test } from "vitest";
import { loadUsableFlow } from "../load-flow.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import { run, writeFiles } from "../testing/run.ts";
import { appOfFlow } from "./app-of-flow.ts";

const PRODUCT = { productId: "app.monthly", subscriptionGroup: "pro", level: 1, period: "P1M" };

test.each([
  [
    "pays as they go, counted in all",
    { name: "Half", offerMode: "PAY_AS_YOU_GO", duration: "P1M", numberOfPeriods: 2 },
    { name: "Half", mode: "PAY_AS_YOU_GO", period: "P2M" },
  ],
  [
    "pays at once",
    { offerMode: "PAY_UP_FRONT", duration: "P3M", numberOfPeriods: 1 },
    { mode: "PAY_UP_FRONT", period: "P3M" },
  ],
  ["is not told, and is a month for nothing", {}, { mode: "FREE_TRIAL", period: "P1M" }],
  [
    "is one Apple adds later, and is for nothing",
    { offerMode: "PAY_LATER", duration: "P1W", numberOfPeriods: 2 },
    { mode: "FREE_TRIAL", period: "P2W" },
  ],
])("appOfFlow() has the catalog's products, and an offer that %s", async (_, terms, expected) => {
  await using io = await createFakeIo();
  await run(io, "init .");
  const offer = { offerIdentifier: "HALF_PRICE_2M", ...terms };
  const product = { ...PRODUCT, name: "Monthly", promotionalOffers: [offer] };
  const yearly = { ...PRODUCT, productId: "app.yearly", level: 2, period: "P1Y" };
  const catalog = parseCatalog({ bundleId: "com.example.app", products: [product, yearly] });
  await writeFiles(io, { "catalog.json": JSON.stringify(catalog) });
  const app = appOfFlow(await loadUsableFlow(io, { file: "flow.yaml" }));
  expect(app.groups).toMatchObject([
    { id: "pro", products: [{ productId: "app.monthly", name: "Monthly" }, { period: "P1Y" }] },
  ]);
  expect(app.offers).toEqual([
    { offerIdentifier: "HALF_PRICE_2M", productId: "app.monthly", ...expected },
  ]);
});
