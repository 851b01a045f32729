import { randomUUID } from "node:crypto";
import { createPostgresPool } from "../../packages/control/src/storage/engines/postgres/postgres-pool.ts";

/** A database of its own on a PostgreSQL that runs. */
export interface ClusterDatabase {
  readonly url: string;
  /** Returns the request identifiers of all decisions there are. */
  identifiers(): Promise<readonly string[]>;
  /** Returns how many decisions were counted. */
  counted(): Promise<number>;
  /** Ends every connection to it but its own, and returns how many. */
  dropConnections(): Promise<number>;
  drop(): Promise<void>;
}

/** Where PostgreSQL is looked for when HOLDFAST_TEST_DATABASE_URL does not say. */
const USUAL_URLS = [
  "postgres://postgres@127.0.0.1:5432/postgres",
  "postgres://root@127.0.0.1:5432/postgres",
];

/** Makes an empty database. Throws where no PostgreSQL can be reached. */
export async function createClusterDatabase(): Promise<ClusterDatabase> {
  const server = await findServer();
  const name = `holdfast_cluster_${randomUUID().replaceAll("-", "")}`;
  await runOn(server, `create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  return {
    url,
    async identifiers() {
      const rows = await runOn(url, "select request_identifier as id from decisions");
      return rows.map(({ id }) => String(id));
    },
    async counted() {
      const [row] = await runOn(url, "select coalesce(sum(count), 0) as sum from decision_counts");
      return Number(row?.["sum"]);
    },
    async dropConnections() {
      const rows = await runOn(
        server,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );
      return rows.length;
    },
    async drop() {
      await runOn(server, `drop database ${name} with (force)`);
    },
  };
}

async function findServer(): Promise<string> {
  const configured = process.env["HOLDFAST_TEST_DATABASE_URL"];
  for (const url of configured === undefined ? USUAL_URLS : [configured]) {
    const isThere = await runOn(url, "select 1").then(
      () => true,
      () => false,
    );
    if (isThere) return url;
  }
  throw new Error(
    "expected PostgreSQL at HOLDFAST_TEST_DATABASE_URL or 127.0.0.1:5432 (user postgres or root, trust authentication)",
  );
}

/** Runs one statement with a connection of its own. */
async function runOn(
  url: string,
  statement: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const pool = createPostgresPool(url, { silentAfterMs: 60_000 });
  try {
    const client = await pool.connect();
    try {
      const { rows } = await client.query<Readonly<Record<string, unknown>>>(statement, []);
      return rows;
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}
