/** The program {@link runChild} runs: does a task step by step, and kills itself at one of them. */
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

await (task.act === "migrate" ? migrateAll() : commit());
