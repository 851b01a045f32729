import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createKeyring, insertSecret, loadMasterKeys, openSecret } from "@holdfast/control/secrets";
import type { SecretBinding } from "@holdfast/control/secrets";
import { migrateDatabase, openDatabase } from "@holdfast/control/storage";
import type { Database } from "@holdfast/control/storage";
import { createFakeIo } from "../../testing/fake-io.ts";
import type { FakeIo } from "../../testing/fake-io.ts";

/** The address of the one person in a filled directory. */
export const EMAIL = "ada@example.com";

/** Where `--data` is by default. */
export function dataDirectoryOf({ cwd }: Pick<FakeIo, "cwd">): string {
  return join(cwd, ".holdfast");
}

function bindingOf(index: number): SecretBinding {
  return { app: "yoga", environment: "both", purpose: "test", keyId: `key-${index}` };
}

/** Makes a server's data directory: a database with a person, and secrets under its own master key. */
export async function fillDirectory(io: FakeIo, secrets = 3): Promise<void> {
  const directory = dataDirectoryOf(io);
  await withDatabaseAt(directory, async ({ queries }) => {
    const keyring = await createKeyring(
      await loadMasterKeys({ env: {}, dataDirectory: directory }),
    );
    for (let index = 0; index < secrets; index += 1) {
      const binding = bindingOf(index);
      const plaintext = new TextEncoder().encode(binding.keyId);
      await insertSecret(queries, binding, await keyring.seal(plaintext, binding));
    }
    await queries
      .insertInto("people")
      .values({
        id: "person_ada",
        email: EMAIL,
        name: "Ada",
        role: "admin",
        // JSON, as the table has it.
        apps: '"all"' as never,
        is_disabled: 0,
        password_hash: null,
        version: 1,
        created_at: 1,
        last_seen_at: null,
      })
      .execute();
  });
}

/** Opens a database for as long as `act` takes. */
export async function withDatabaseAt<T>(
  directory: string,
  act: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase({ engine: "sqlite", directory });
  try {
    return await act(database);
  } finally {
    await database.close();
  }
}

/** Opens every secret of a filled directory with the master keys that are there now, and returns them. */
export async function openSecrets(io: FakeIo, secrets = 3): Promise<readonly string[]> {
  const directory = dataDirectoryOf(io);
  const keyring = await createKeyring(await loadMasterKeys({ env: {}, dataDirectory: directory }));
  return withDatabaseAt(directory, async ({ queries }) => {
    const opened: string[] = [];
    for (let index = 0; index < secrets; index += 1) {
      const bytes = await openSecret(queries, keyring, bindingOf(index));
      opened.push(new TextDecoder().decode(bytes));
    }
    return opened;
  });
}

/** Returns what the audit log has of an action. */
export async function auditOf(io: FakeIo, action: string): Promise<readonly string[]> {
  return withDatabaseAt(dataDirectoryOf(io), async ({ queries }) => {
    const rows = await queries
      .selectFrom("audit_log")
      .select(["actor_kind", "actor"])
      .where("action", "=", action)
      .execute();
    return rows.map(({ actor_kind: kind, actor }) => `${kind} ${actor}`);
  });
}

/**
 * Fills a data directory, copies it to PostgreSQL, and returns an outside world whose environment names the
 * copy and the given master keys, the directory's own last.
 */
export async function fillPostgres(
  io: FakeIo,
  url: string,
  masterKeys: readonly string[] = [],
): Promise<FakeIo> {
  await fillDirectory(io);
  await migrateDatabase(dataDirectoryOf(io), url);
  const own = await readFile(join(dataDirectoryOf(io), "master-key"), "utf8");
  return createFakeIo({
    cwd: io.cwd,
    env: { HOLDFAST_DATABASE_URL: url, HOLDFAST_MASTER_KEY: [...masterKeys, own].join("\n") },
  });
}
