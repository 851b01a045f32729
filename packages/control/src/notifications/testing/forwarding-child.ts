/** The program {@link runForwardingChild} runs: takes notifications, passes them on, and kills itself at a point. */
import { createSignedDataVerifier } from "@holdfast/appstore/signed-data";
import { createKeyring } from "../../secrets/index.ts";
import { createIdSource, openDatabase } from "../../storage/index.ts";
import type { Database } from "../../storage/index.ts";
import { createSubscriptionIds } from "../../subscribers/index.ts";
import { createNotificationIntake, forwardJob } from "../index.ts";
import type { ForwardingTask } from "./killed-forwarding.ts";
import { notedNews } from "./noted-news.ts";
import { TEST_MASTER_KEY } from "./test-master-key.ts";

// Written by runForwardingChild().
const task = JSON.parse(process.argv[2] ?? "") as ForwardingTask;
let points = 0;

function hook(): void {
  if (points === task.killAt) process.kill(process.pid, "SIGKILL");
  points += 1;
}

const opened = await openDatabase({ engine: "sqlite", directory: task.directory });
const database: Database = {
  ...opened,
  async transaction(act) {
    hook();
    const result = await opened.transaction(act);
    hook();
    return result;
  },
};
const { queries } = database;
const keyring = await createKeyring({ current: TEST_MASTER_KEY, previous: [] });
const idsOf = createSubscriptionIds({ queries, keyring });
const intake = createNotificationIntake({
  database,
  verifier: createSignedDataVerifier(),
  idsOf,
  streams: notedNews,
  ids: createIdSource(),
  now: Date.now,
  allowNonAppleProductionRoots: true,
});
for (const signedPayload of task.signedPayloads) {
  const body = Buffer.from(JSON.stringify({ signedPayload }));
  await intake.take({ app: "yoga", signedPayload, source: "pushed", body, contentType: null });
}
const { signal } = new AbortController();
const job = forwardJob({ database, idsOf, release: "0.0.0", allowPrivateNetworks: true });
await job.run({ id: "job", payload: null, attempt: 1, signal });
await database.close();
process.stdout.write(String(points));
