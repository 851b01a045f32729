import { parentPort, workerData } from "node:worker_threads";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "@holdfast/control/storage";
import { updateSubscribers } from "../../packages/control/src/subscribers/update-subscribers.ts";
import { TEST_IDS } from "../../packages/control/src/subscribers/testing/test-ids.ts";
import { newsAt, PLACE } from "../lookup-world.ts";

/** The control plane's thread in the benchmark of lookups: merges news, until it is told to end. */
interface WriterSettings {
  readonly directory: string;
  readonly subscribers: number;
  /** News a second, and of one transaction. */
  readonly perSecond: number;
  readonly batch: number;
}

// The benchmark starts it with these.
const { directory, subscribers, perSecond, batch } = workerData as WriterSettings;
const database = await openDatabase({ engine: "sqlite", directory });
const ending = new AbortController();
parentPort?.on("message", () => ending.abort());
parentPort?.postMessage({ kind: "up" });
const begunAt = performance.now();
let merged = 0;
while (!ending.signal.aborted) {
  const news = Array.from({ length: batch }, () =>
    newsAt(Math.floor(Math.random() * subscribers * 10), subscribers),
  );
  await database.transaction((transaction) =>
    updateSubscribers(transaction, PLACE, news, TEST_IDS),
  );
  merged += batch;
  await sleep(Math.max(0, begunAt + (merged / perSecond) * 1000 - performance.now()));
}
await database.close();
parentPort?.postMessage({ kind: "done", merged });
parentPort?.close();
