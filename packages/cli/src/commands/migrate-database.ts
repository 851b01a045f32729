import { resolve } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { migrateDatabase } from "@holdfast/control/storage";
import type { Command, Io, Options } from "../command.ts";
import { columns, print } from "../output.ts";
import { readSecretVariable } from "../server/secret-variable.ts";
import { sayProgress } from "../storekit/progress.ts";

/** `holdfast migrate-database` */
export const migrateDatabaseCommand: Command = {
  summary: "Copy everything from SQLite to an empty PostgreSQL database",
  description:
    "Stop the server first. All of it is copied or nothing, and every row is compared before it counts; run it again after whatever went wrong. The data directory stays as it is: once a server runs on PostgreSQL, do not start one from it again. Give every process on PostgreSQL the master key and the runtime secret of the data directory, as HOLDFAST_MASTER_KEY_FILE and HOLDFAST_RUNTIME_SECRET_FILE.",
  options: [
    {
      flags: "--from <directory>",
      description: "the data directory",
      default: ".holdfast",
      env: "HOLDFAST_DATA_DIR",
    },
    {
      flags: "--to <url>",
      description:
        "the PostgreSQL database, without a password; default: HOLDFAST_DATABASE_URL, or the file HOLDFAST_DATABASE_URL_FILE names",
    },
  ],
  examples: [
    {
      line: "HOLDFAST_DATABASE_URL_FILE=database-url.txt holdfast migrate-database --from .holdfast",
      does: "with a password, which no other process sees",
    },
    {
      line: "holdfast migrate-database --from /var/lib/holdfast --to postgres://holdfast@127.0.0.1/holdfast",
      does: "where PostgreSQL asks for no password",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const from = options.required("from");
    const url = await readTarget(options, io);
    const tables = await migrateDatabase(resolve(io.cwd, from), url, {
      onProgress: ({ table, rows }) => sayProgress(io, `${table}: ${rows} copied`),
    });
    print(input, io, {
      json: { from, tables },
      table: () => [
        ...columns(
          tables.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, String(rows)]),
        ),
        "",
        "Everything is copied and compared",
        `Next: start servers with HOLDFAST_DATABASE_URL, and with the master-key and runtime-secret of ${from}`,
      ],
    });
    return 0;
  },
};

/**
 * Every process of a machine can read the command lines of all others.
 *
 * @throws UsageError `OPTION_MISSING`, `PASSWORD_EXPOSED`
 */
async function readTarget(options: Options, io: Io): Promise<string> {
  const given = options.text("to") ?? (await readSecretVariable(io, "HOLDFAST_DATABASE_URL"));
  if (given === undefined) {
    throw new UsageError(
      "OPTION_MISSING",
      "--to is required, or HOLDFAST_DATABASE_URL or HOLDFAST_DATABASE_URL_FILE in the environment",
    );
  }
  const url = URL.parse(given);
  const hasPassword = url !== null && (url.password !== "" || url.searchParams.has("password"));
  if (options.text("to") === undefined || !hasPassword) return given;
  throw new UsageError(
    "PASSWORD_EXPOSED",
    "--to: expected a URL without a password, which every process of this machine could read; give it as HOLDFAST_DATABASE_URL_FILE, and change the password",
  );
}
