import { randomBytes, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { recordText } from "../packages/control/src/decisions/record-text.ts";
import { createPostgresPool } from "../packages/control/src/storage/engines/postgres/postgres-pool.ts";
import { openSqliteForWriting } from "../packages/control/src/storage/engines/sqlite/sqlite-file.ts";
import { decisionRecord } from "./decision-records.ts";

const DAY_MS = 86_400_000;

/** Over how many days rows that are there before are spread. */
const DAYS = 80;

const INSERT = `insert into decisions
  (app, environment, day, request_identifier, pseudonym, requested_at, received_at, source, rule, record)
  values ('yoga', 'production', ?, ?, ?, ?, ?, 'rule', ?, ?)`;

/**
 * Puts rows into a migrated SQLite file that nobody has open: in the order of their days, and with the indexes
 * made afterwards.
 */
export function prefillSqlite(path: string, rows: number): void {
  const file = openSqliteForWriting(path);
  file.pragma("synchronous = OFF");
  file.pragma("cache_size = -1000000");
  const indexes = file
    .prepare(
      "select name, sql from sqlite_schema where type = 'index' and tbl_name = 'decisions' and sql is not null",
    )
    .all() as readonly { readonly name: string; readonly sql: string }[];
  for (const { name } of indexes) file.exec(`drop index ${name}`);
  const insert = file.prepare(INSERT);
  const now = Date.now();
  const record = recordText(decisionRecord(1, now));
  file.exec("begin");
  for (let row = 0; row < rows; row += 1) {
    const at = now - Math.floor(((rows - row) / rows) * DAYS * DAY_MS);
    insert.run(
      Math.floor(at / DAY_MS) * DAY_MS,
      randomUUID(),
      randomBytes(32).toString("base64url"),
      at,
      at,
      `rule_${row % 10}`,
      record,
    );
    if (row % 100_000 === 99_999) file.exec("commit; begin");
  }
  file.exec("commit");
  for (const { sql } of indexes) file.exec(sql);
  file.pragma("wal_checkpoint(TRUNCATE)");
  file.close();
  // Or the first batches would wait until all of it is on the disk.
  const handle = openSync(path, "r+");
  fsyncSync(handle);
  closeSync(handle);
}

/** Runs one statement, however long it takes. */
export async function runOn(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const pool = createPostgresPool(url, { silentAfterMs: 3_600_000 });
  const client = await pool.connect();
  try {
    await client.query("set statement_timeout = 0", []);
    await client.query("set synchronous_commit = off", []);
    const { rows } = await client.query<Readonly<Record<string, unknown>>>(statement, parameters);
    return rows;
  } finally {
    client.release();
    await pool.end();
  }
}

/** Puts rows into a migrated PostgreSQL database. */
export async function prefillPostgres(url: string, rows: number): Promise<void> {
  await runOn(
    url,
    `insert into decisions (app, environment, day, request_identifier, pseudonym, requested_at, received_at, source, rule, record)
     select 'yoga', 'production', at / 86400000 * 86400000, gen_random_uuid()::text,
            encode(sha256(gen_random_uuid()::text::bytea), 'hex'), at, at, 'rule', 'rule_' || n % 10, $4::text
       from (select n, $1::bigint - (($2::bigint - n) * $3::bigint / $2::bigint) as at
               from generate_series(1, $2::bigint) as n) as spread`,
    [Date.now(), rows, DAYS * DAY_MS, recordText(decisionRecord(1, Date.now()))],
  );
  await runOn(url, "vacuum analyze decisions");
  await runOn(url, "checkpoint");
}
