import { startEmulator } from "@holdfast/emulator";
import type { EmulatorOptions } from "@holdfast/emulator";
import { expect, onTestFinished, test } from "vitest";
import { rejectionOf } from "../signed-data/testing/thrown-by.ts";
import { importConnectKey } from "../signatures/index.ts";
import { createConnectClient, readCatalog } from "./index.ts";
import type { ConnectClient, ConnectClientOptions } from "./index.ts";

async function connectTo(
  options: EmulatorOptions = {},
  clientOptions: Partial<ConnectClientOptions> = {},
  app = "yoga",
): Promise<ConnectClient> {
  const emulator = await startEmulator({ port: 0, ...options });
  onTestFinished(() => emulator.close());
  const { connectKeyId, connectIssuerId, connectPrivateKey, connectBaseUrl } =
    emulator.credentials(app);
  return createConnectClient({
    key: await importConnectKey({
      keyId: connectKeyId,
      privateKey: connectPrivateKey,
      owner: { kind: "team", issuerId: connectIssuerId },
    }),
    baseUrl: connectBaseUrl,
    ...clientOptions,
  });
}

test("readCatalog() reads an app from the local App Store Connect", async () => {
  const remaining: number[] = [];
  const client = await connectTo({}, { onRateLimit: (limit) => remaining.push(limit.remaining) });
  const catalog = await readCatalog(client, "com.example.yoga");
  expect(catalog).toMatchObject({
    bundleId: "com.example.yoga",
    appAppleId: 6_745_974_592,
    name: "Example Yoga",
    incomplete: [],
  });
  expect(catalog.subscriptionGroups.map(({ name }) => name)).toEqual(["yoga", "yoga_family"]);
  const [yoga] = catalog.subscriptionGroups;
  const product = (productId: string) =>
    catalog.products.find((each) => each.productId === productId);
  expect(catalog.products).toHaveLength(3);
  expect(product("yoga.monthly")).toMatchObject({
    subscriptionGroup: yoga?.id,
    level: 2,
    period: "P1M",
    state: "APPROVED",
    promotionalOffers: [
      {
        offerIdentifier: "YOGA_HALF",
        offerMode: "PAY_AS_YOU_GO",
        duration: "P1M",
        numberOfPeriods: 3,
      },
    ],
  });
  expect(product("yoga.yearly")).toMatchObject({
    level: 1,
    period: "P1Y",
  });
  expect(product("yoga.yearly")?.introductoryOffers).toContainEqual({
    offerMode: "FREE_TRIAL",
    duration: "P1W",
    numberOfPeriods: 1,
    territory: "USA",
    currency: "USD",
  });
  const prices = product("yoga.monthly")?.prices ?? [];
  expect(prices.find(({ territory }) => territory === "USA")).toMatchObject({
    currency: "USD",
    price: expect.stringMatching(/^\d+\.\d\d$/) as unknown,
  });
  expect(remaining.length).toBeGreaterThan(10);
  expect(remaining.at(-1)).toBe((remaining[0] ?? 0) - remaining.length + 1);
});

test("readCatalog() reads App Store Connect's own retention messages and offers", async () => {
  const client = await connectTo({}, {}, "seed");
  const { retention } = await readCatalog(client, "com.example.app");
  expect(retention?.messages).toEqual([
    {
      id: expect.any(String) as string,
      name: "Yoga 2026",
      versions: [
        {
          version: 1,
          state: "APPROVED",
          localizations: [
            {
              locale: "en-US",
              header: "Stay for the summer",
              body: "The next three months are free.",
            },
          ],
        },
      ],
    },
  ]);
  expect(retention?.products).toMatchObject([
    {
      productId: "Yoga_summer_2026",
      messageId: retention?.messages[0]?.id,
      offers: [
        {
          offerIdentifier: "Yoga_2026_cancel_free_3m",
          offerMode: "FREE_TRIAL",
          duration: "P3M",
          numberOfPeriods: 1,
        },
      ],
    },
  ]);
});

test("createConnectClient() tells what App Store Connect refuses", async () => {
  const client = await connectTo({ connectHourlyLimit: 2 }, { maxAttempts: 1 });
  expect(await rejectionOf(client.listSubscriptions("no-such-group"))).toMatchObject({
    code: "APPLE_REFUSED",
    status: 404,
    errorName: "NOT_FOUND",
  });
});
