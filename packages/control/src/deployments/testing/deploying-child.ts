/** The program {@link runDeployingChild} runs: carries a deployment out, and kills itself at a point. */
import { createAppleClients } from "../../keys/index.ts";
import { createKeyring } from "../../secrets/index.ts";
import { openDatabase } from "../../storage/index.ts";
import { runDeployment } from "../run-deployment.ts";
import { hookedMeans, TEST_MASTER_KEY } from "./hooked-means.ts";
import type { DeployingTask } from "./killed-deploying.ts";

// Written by runDeployingChild().
const task = JSON.parse(process.argv[2] ?? "") as DeployingTask;
let points = 0;

function hook(): void {
  if (points === task.killAt) process.kill(process.pid, "SIGKILL");
  points += 1;
}

const database = await openDatabase({ engine: "sqlite", directory: task.directory });
const keyring = await createKeyring({ current: TEST_MASTER_KEY, previous: [] });
const { queries } = database;
const clients = createAppleClients({ queries, keyring, hosts: task.hosts });
const { signal } = new AbortController();
await runDeployment(hookedMeans({ database, clients, keyring }, hook), task.deployment, signal);
await database.close();
process.stdout.write(String(points));
