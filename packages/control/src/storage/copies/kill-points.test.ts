import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StorageDatabase } from "../create-database.ts";
import { enqueueJob } from "../jobs/enqueue-job.ts";
import { openStorageDatabase } from "../open-database.ts";
import { postgresEngines, temporaryDirectory } from "../testing/engines.ts";
import { runChild } from "../testing/killed-child.ts";
import { backupDatabase } from "./backup-database.ts";
import { migrateDatabase } from "./migrate-database.ts";
import { restoreDatabase } from "./restore-database.ts";

/** More than a page of rows. */
const JOBS = 700;

async function addJobs(database: StorageDatabase, name: string, count: number): Promise<void> {
  await database.transaction(async (inside) => {
    for (let index = 0; index < count; index += 1) {
      const job = { id: `${name} ${index}`, kind: "k", payload: null, dueAt: index, now: 1 };
      await enqueueJob(inside, job);
    }
  });
}

async function directoryWith(name: string, count: number): Promise<string> {
  const directory = await temporaryDirectory();
  const database = await openStorageDatabase({ engine: "sqlite", directory });
  await addJobs(database, name, count);
  await database.close();
  return directory;
}

async function jobsIn(directory: string): Promise<readonly string[]> {
  const database = await openStorageDatabase({ engine: "sqlite", directory, mustExist: true });
  try {
    const rows = await database.queries.selectFrom("jobs").select("id").execute();
    return rows.map(({ id }) => id);
  } finally {
    await database.close();
  }
}

test("restoreDatabase(), killed anywhere, leaves the old database or the restored one, and works when run again", async () => {
  const backup = join(await temporaryDirectory(), "backup.db");
  await backupDatabase(await directoryWith("backed up", 3), backup);
  // Begun, copied, checked, prepared, kept aside, in place.
  const steps = 6;
  for (let killAtStep = 0; killAtStep < steps; killAtStep += 1) {
    const directory = await directoryWith("before", 1);
    const task = { place: { engine: "sqlite", directory }, act: "restore", from: backup } as const;
    const killed = await runChild({ ...task, killAtStep });
    expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "" });
    const isRestored = killAtStep === steps - 1;
    await expect(jobsIn(directory)).resolves.toHaveLength(isRestored ? 3 : 1);

    const { replaced } = await restoreDatabase(backup, directory);
    await expect(jobsIn(directory)).resolves.toHaveLength(3);
    expect(replaced).toBeDefined();
    const left = (await readdir(directory)).filter((name) => !name.includes(".replaced-"));
    expect(left.toSorted()).toEqual(["holdfast.db", "holdfast.lock"]);
  }
  const directory = await directoryWith("before", 1);
  const task = { place: { engine: "sqlite", directory }, act: "restore", from: backup } as const;
  const whole = await runChild({ ...task, killAtStep: steps });
  expect(whole).toEqual({ signal: null, exitCode: 0, stderr: "" });
});

describe.each(await postgresEngines())("to $name", (engine) => {
  test("migrateDatabase(), killed anywhere, keeps nothing of the copy and works when run again", async () => {
    const from = await directoryWith("copied", JOBS);
    const target = await engine.place();
    const url = target.engine === "postgres" ? target.url : "";
    const task = { place: target, act: "migrateDatabase", from } as const;
    // Begun, two pages of jobs, the row of the feed; then it is committed.
    const steps = 5;
    for (let killAtStep = 0; killAtStep < steps; killAtStep += 1) {
      const killed = await runChild({ ...task, killAtStep });
      expect(killed).toMatchObject({ signal: "SIGKILL", stderr: "" });
      const database = await openStorageDatabase(target);
      const rows = await database.queries.selectFrom("jobs").select("id").execute();
      await database.close();
      expect(rows).toHaveLength(killAtStep === steps - 1 ? JOBS : 0);
    }
    const copied = await migrateDatabase(from, url);
    expect(copied.find(({ table }) => table === "jobs")?.rows).toBe(JOBS);
    await expect(jobsIn(from)).resolves.toHaveLength(JOBS);
  });
});
