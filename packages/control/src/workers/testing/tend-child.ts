/** The program `tendKilled()` runs: writes an app's values, and ends itself where the task says. */
import { deriveRuntimeKeys, webCryptography } from "@holdfast/runtime/keys";
import { TEST_RUNTIME_SECRET } from "../../publishing/testing/test-publishing.ts";
import { createKeyring } from "../../secrets/index.ts";
import { openStorageDatabase } from "../../storage/open-database.ts";
import { createTargetClients } from "../target-clients.ts";
import { tendValues } from "../values/tend-values.ts";
import type { TendTask } from "./tend-killed.ts";

// Written by tendKilled().
const { place, masterKey, apiUrl, killed } = JSON.parse(process.argv[2] ?? "") as TendTask;

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

const database = await openStorageDatabase(place);
const current = new Uint8Array(Buffer.from(masterKey, "base64"));
const keyring = await createKeyring({ current, previous: [] });
const clients = createTargetClients({ queries: database.queries, keyring, apiUrl });
const means = {
  database,
  keyring,
  runtimeKeys: await deriveRuntimeKeys(TEST_RUNTIME_SECRET, webCryptography),
  now: Date.now,
  clientOf: async (...target: Parameters<typeof clients.clientOf>) => {
    const client = await clients.clientOf(...target);
    return {
      ...client,
      put: async (...pairs: Parameters<typeof client.put>) => {
        if (killed === "beforeWriting") die();
        await client.put(...pairs);
        die();
      },
    };
  },
};
await tendValues(means, { app: "yoga", signal: new AbortController().signal });
