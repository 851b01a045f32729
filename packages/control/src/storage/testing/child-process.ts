/** The program {@link runChild} runs: does a task step by step, and kills itself at one of them. */
import { migrateDatabase } from "../copies/migrate-database.ts";
import { restoreDatabase } from "../copies/restore-database.ts";
import { createDatabase } from "../create-database.ts";
import { migrate } from "../migrate/migrate.ts";
import { openEngine, openStorageDatabase } from "../open-database.ts";
import type { ChildTask } from "./killed-child.ts";
import { SMALL_MIGRATIONS } from "./test-migrations.ts";

// Written by runChild().
const task = JSON.parse(process.argv[2] ?? "") as ChildTask;
let steps = 0;

function onStep(): void {
  if (steps === task.killAtStep) process.kill(process.pid, "SIGKILL");
  steps += 1;
}

async function migrateAll(): Promise<void> {
  const database = createDatabase(openEngine(task.place), Date.now);
  onStep();
  await migrate(database, { migrations: SMALL_MIGRATIONS, now: () => 5, onStep });
  await database.close();
}

/** Writes a change with what it is about, which must both be there or neither. */
async function commit(): Promise<void> {
  const database = await openStorageDatabase(task.place);
  onStep();
  await database.transaction(async ({ queries, announce }) => {
    announce({ topic: "key", subject: "one" });
    await queries
      .insertInto("idempotency_keys")
      .values({
        scope: "s",
        key: "one",
        request_hash: "00",
        status: null,
        content_type: null,
        body: null,
        created_at: 1,
        expires_at: 2,
      })
      .execute();
    onStep();
  });
  onStep();
  await database.close();
}

async function restore(): Promise<void> {
  if (task.place.engine !== "sqlite") throw new Error("a restore is SQLite's");
  onStep();
  await restoreDatabase(task.from ?? "", task.place.directory, { onStep });
}

async function copyToPostgres(): Promise<void> {
  if (task.place.engine !== "postgres") throw new Error("the copy goes to PostgreSQL");
  onStep();
  await migrateDatabase(task.from ?? "", task.place.url, { onProgress: onStep });
  onStep();
}

const ACTS = { migrate: migrateAll, commit, restore, migrateDatabase: copyToPostgres };
await ACTS[task.act]();
