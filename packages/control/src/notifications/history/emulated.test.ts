import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startEmulator } from "@holdfast/emulator";
import { expect, onTestFinished, test } from "vitest";
import { createTestControl } from "../../apps/testing/test-control.ts";
import { createNodeListener } from "../../http/index.ts";
import { createKeysFeature } from "../../keys/index.ts";
import { clientsOf, knownInAppPurchaseKey } from "../../keys/testing/test-keys.ts";
import { openTestDatabase, SQLITE } from "../../storage/testing/engines.ts";
import { historyJob } from "../index.ts";
import { newsTold } from "../testing/noted-news.ts";
import { makeApps, openNotifications, SANDBOX } from "../testing/test-notifications.ts";

const PUBLIC_URL = "https://holdfast.example.com/apple/notifications/yoga";

/** Nothing is live. */
function signsNone(): Promise<boolean> {
  return Promise.resolve(false);
}

/** Starts a local App Store that posts here, and a server that it reaches. */
async function open() {
  const database = await openTestDatabase(SQLITE);
  let isAway = false;
  const server = createServer((incoming, outgoing) => {
    if (isAway) outgoing.writeHead(503).end();
    else void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  const emulator = await startEmulator({
    port: 0,
    resolve: [{ from: PUBLIC_URL, to: `http://127.0.0.1:${port}/apple/notifications/yoga` }],
    notificationUrls: { yoga: { sandbox: PUBLIC_URL } },
  });
  onTestFinished(async () => {
    await emulator.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { bundleId } = emulator.credentials("yoga");
  const keyring = await makeApps(database, emulator.rootCertificatePem, bundleId);
  const control = openNotifications(database, keyring);
  const listener = createNodeListener(control.app, () => undefined);
  const { queries } = database;
  const clients = clientsOf(emulator, { queries, keyring });
  const features = [createKeysFeature({ database, keyring, clients, signsOffers: signsNone })];
  const keys = createTestControl({ database, features });
  await keys.call("POST /v1/apps/yoga/in-app-purchase-keys", knownInAppPurchaseKey(emulator));
  const job = historyJob({ database, clients, intake: control.intake, now: Date.now });
  return {
    ...control,
    emulator,
    leave(away: boolean) {
      isAway = away;
    },
    recover: () =>
      job.run({ id: "job", payload: null, attempt: 1, signal: new AbortController().signal }),
  };
}

test("takes what a local App Store posts, and finds in its history what it missed", async () => {
  const control = await open();
  const { emulator, database } = control;
  const subscription = {
    ...SANDBOX,
    originalTransactionId: emulator.credentials("yoga").originalTransactionId,
  };
  const change = async (type: "cancel" | "resume"): Promise<void> => {
    await emulator.changeSubscription(subscription, { type });
    await emulator.notificationsIdle();
  };
  await change("cancel");
  control.leave(true);
  await change("resume");
  control.leave(false);
  await change("cancel");
  const sent = emulator.notifications(SANDBOX).map(({ notificationUUID }) => notificationUUID);
  expect(sent).toHaveLength(3);
  expect(await newsTold(database)).toHaveLength(2);
  for (const _ of [1, 2]) await control.recover();
  expect(await newsTold(database)).toEqual(sent.toSorted());
  const { body } = await control.call(
    "GET /v1/apps/yoga/environments/sandbox/notifications/status",
  );
  expect(body["days"]).toMatchObject([{ pushed: 2, history: 1 }]);
  const other = await control.call(
    "GET /v1/apps/yoga/environments/production/notifications/status",
  );
  expect(other.body).toMatchObject({ days: [], history: { isReading: false } });
});
