/** The program {@link runSync} runs: syncs the app `yoga`, and kills itself where the task says. */
import { createAppleClients } from "../../keys/index.ts";
import { createKeyring } from "../../secrets/index.ts";
import { openStorageDatabase } from "../../storage/open-database.ts";
import { syncCatalog } from "../sync-catalog.ts";
import type { SyncTask } from "./killed-sync.ts";

// Written by runSync().
const task = JSON.parse(process.argv[2] ?? "") as SyncTask;
const points: string[] = [];

function reach(point: string): void {
  if (points.length === task.killAtPoint) process.kill(process.pid, "SIGKILL");
  points.push(point);
}

const database = await openStorageDatabase(task.place);
const { queries } = database;
const current = new Uint8Array(Buffer.from(task.masterKey, "base64"));
const clients = createAppleClients({
  queries,
  keyring: await createKeyring({ current, previous: [] }),
  hosts: { connect: task.connectBaseUrl },
  calling: {
    maxAttempts: 1,
    async fetch(url, init) {
      const { pathname } = new URL(url);
      reach(`ask ${pathname}`);
      const response = await fetch(url, init);
      reach(`answered ${pathname}`);
      return response;
    },
  },
});
await syncCatalog(
  "yoga",
  {
    database,
    clients,
    onPoint(point) {
      if (point === "before commit" || point === "written") reach(point);
    },
  },
  new AbortController().signal,
);
await database.close();
process.stdout.write(JSON.stringify(points));
