import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { toJsonText } from "@holdfast/control/storage";
import { openTestDatabaseAt, SQLITE } from "../../../control/src/storage/testing/engines.ts";
import { createTestRuntime } from "../../../runtime/src/testing/test-runtime.ts";
import { openLocalSubscribers } from "./local-subscribers.ts";

const CONTROL = { url: "http://localhost", token: "hf_a_token", release: "0.0.0" };

test("openLocalSubscribers() goes on with unknown subscribers when its thread dies, and knows them again", async () => {
  const place = await SQLITE.migratedPlace();
  const dataDirectory = place.engine === "sqlite" ? place.directory : "";
  const log: string[] = [];
  const subscribers = openLocalSubscribers({
    databaseUrl: undefined,
    dataDirectory,
    control: CONTROL,
    logger: pino({}, { write: (line: string) => void log.push(line) }),
    script: new URL("testing/fragile-reader-worker.ts", import.meta.url),
  });
  onTestFinished(() => subscribers.close());
  const runtime = await createTestRuntime({ subscribers: subscribers.store, lookupMs: 300 });
  /** Returns how the lookup of a request ended that was answered. */
  const ask = async (): Promise<string | undefined> => {
    const response = await runtime.ask({ productId: "p.state" });
    expect(response.status).toBe(200);
    return runtime.events.at(-1)?.lookup;
  };
  await expect.poll(ask).toBe("notFound");

  const { pseudonym = "" } = runtime.records[0]?.subject ?? {};
  const database = await openTestDatabaseAt(place);
  const attribute = { name: "tier", value: toJsonText("gold"), set_at: 1, expires_at: null };
  await database.queries
    .insertInto("subscriber_attributes")
    .values({ app: "test", environment: "sandbox", owner: pseudonym, ...attribute })
    .execute();
  expect(await ask()).toBe("found");

  const killer = join(dataDirectory, "holdfast.db.die");
  await writeFile(killer, "");
  expect(await ask()).toBe("failed");
  await rm(killer);
  await expect.poll(ask).toBe("found");
  expect(log.join("")).toContain("the thread that reads subscriber state died");
});
