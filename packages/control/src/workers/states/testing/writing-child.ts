/** The program {@link killWriting} runs: the job once, and kills itself at a point. */
import { createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import type { Database } from "../../../storage/index.ts";
import { openStorageDatabase } from "../../../storage/open-database.ts";
import type { WritingTask } from "./killed-writing.ts";
import { openWorld } from "./states-world.ts";

// Written by killWriting().
const task = JSON.parse(process.argv[2] ?? "") as WritingTask;
let points = 0;

async function around<Result>(act: () => Promise<Result>): Promise<Result> {
  hook();
  const result = await act();
  hook();
  return result;
}

function hook(): void {
  if (points === task.killAt) process.kill(process.pid, "SIGKILL");
  points += 1;
}

const database = await openStorageDatabase(task.place);
const client = createKvNamespaceClient(task.access);
const hooked: Database = {
  ...database,
  transaction: (act) => around(() => database.transaction(act)),
};
await openWorld(hooked, { now: task.now }).run({
  put: (pairs, signal) => around(() => client.put(pairs, signal)),
  remove: (keys, signal) => around(() => client.remove(keys, signal)),
  read: (key, signal) => client.read(key, signal),
});
await database.close();
