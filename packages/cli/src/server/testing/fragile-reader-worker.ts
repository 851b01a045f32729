import { existsSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

// Who started the thread gave it these settings.
const { databasePath } = workerData as { readonly databasePath: string };
const post = parentPort?.postMessage.bind(parentPort);

/** The thread that reads subscriber state; it dies in place of answering while there is a file `<database>.die`. */
if (parentPort !== null) {
  parentPort.postMessage = (message: unknown) => {
    if (existsSync(`${databasePath}.die`)) throw new Error("told to die");
    post?.(message);
  };
}
await import("../../../../control/src/subscribers/reader/reader-worker.ts");
