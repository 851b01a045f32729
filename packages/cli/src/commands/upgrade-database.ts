import type { Command } from "../command.ts";
import { DATA_OPTION } from "../data-option.ts";
import { readDatabasePlace, withDatabase } from "../database/database-place.ts";
import { print } from "../output.ts";

/** `holdfast upgrade-database` */
export const upgradeDatabase: Command = {
  summary: "Bring the database to this release's schema, and end",
  description:
    "What a server does at its start, apart from it: a rolling upgrade runs it once with the new release, before the first server is replaced. " +
    "Servers of the release before go on meanwhile and afterwards. Several at once wait for each other; killed anywhere, run it again. On SQLite stop the server first.",
  options: [DATA_OPTION],
  examples: [
    {
      line: "HOLDFAST_DATABASE_URL_FILE=/run/secrets/database holdfast upgrade-database",
      does: "on PostgreSQL, while servers run",
    },
  ],
  async run(input, io) {
    const place = await readDatabasePlace(input.options, io);
    // Opening is what upgrades.
    const { engine } = await withDatabase(place, (database) => Promise.resolve(database));
    print(input, io, {
      json: { engine },
      table: () => ["The database has this release's schema"],
    });
    return 0;
  },
};
