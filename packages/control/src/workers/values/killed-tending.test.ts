import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { flowFor } from "../../publishing/testing/test-publishing.ts";
import { createKeyring } from "../../secrets/index.ts";
import { openStorageDatabase } from "../../storage/open-database.ts";
import { engines, openTestDatabaseAt } from "../../storage/testing/engines.ts";
import { tendKilled } from "../testing/tend-killed.ts";
import { openTestWorkers } from "../testing/test-workers.ts";

describe.each(await engines())("on $name", (engine) => {
  test.each(["beforeWriting", "afterWriting"] as const)(
    "tendValues() of another control goes on at once when one was killed %s",
    async (killed) => {
      const place = await engine.migratedPlace();
      const master = new Uint8Array(randomBytes(32));
      const keyring = await createKeyring({ current: master, previous: [] });
      const before = await openStorageDatabase(place);
      const workers = await openTestWorkers(before, { keyring });
      await workers.publishing.publish(flowFor(["USA"]));
      await workers.connect();
      workers.publishing.hub.close();
      await before.close();
      const { apiUrl } = workers.cloudflare;
      const masterKey = Buffer.from(master).toString("base64");
      expect(await tendKilled({ place, masterKey, apiUrl, killed })).toBe("SIGKILL");
      expect(workers.keys()).toHaveLength(killed === "beforeWriting" ? 0 : 1);
      const database = await openTestDatabaseAt(place);
      const other = await openTestWorkers(database, { replicaOf: workers });
      await other.publishing.publish(flowFor(["GBR"]));
      await other.tend();
      const { body } = await other.call("GET /v1/apps/yoga/workers");
      expect(body["environments"]?.[0]).toEqual({
        environment: "sandbox",
        live: { sequence: 2, writtenAt: expect.any(Number) as number },
      });
    },
  );
});
