import { recordAudit } from "@holdfast/control/audit";
import {
  addMasterKey,
  checkMasterKeys,
  createKeyring,
  dropPreviousMasterKeys,
  loadMasterKeys,
  rotateMasterKey,
} from "@holdfast/control/secrets";
import type { Keyring } from "@holdfast/control/secrets";
import type { Database } from "@holdfast/control/storage";
import type { Command, Io } from "../command.ts";
import { DATA_OPTION } from "../data-option.ts";
import { readDatabasePlace, secretSourcesOf, withDatabase } from "../database/database-place.ts";
import type { DatabasePlace } from "../database/database-place.ts";
import { endingOnInterruption } from "../database/ending-on-interruption.ts";
import { OPERATOR } from "../database/operator.ts";
import { print } from "../output.ts";
import { sayCount } from "../say-count.ts";

/** `holdfast rotate-master-key` */
export const rotateMasterKeyCommand: Command = {
  summary: "Seal every stored secret under a new master key",
  description:
    "With the key in the data directory: stop the server; a new key is made, everything is sealed under it, and the old one is thrown away. With HOLDFAST_MASTER_KEY or HOLDFAST_MASTER_KEY_FILE: first put a new key as a line before the old one, for all servers, and restart them; this command then seals everything under the first line, also while they run, and says when the others can go. Killed anywhere, run it again: it goes on. Backups made before need the old key: keep it with them.",
  options: [DATA_OPTION],
  afterInterruption: "nothing is lost, and everything still opens; run it again to finish",
  examples: [
    { line: "holdfast rotate-master-key", does: "rotate the key of this data directory" },
    {
      line: "HOLDFAST_DATABASE_URL_FILE=/run/secrets/database HOLDFAST_MASTER_KEY_FILE=/run/secrets/master-key holdfast rotate-master-key",
      does: "on PostgreSQL, with a new key in the file's first line",
    },
  ],
  async run(input, io) {
    const place = await readDatabasePlace(input.options, io);
    const rotated = await withDatabase(place, (database) =>
      endingOnInterruption(io, (signal) => rotate({ database, place, signal }, io)),
    );
    print(input, io, { json: rotated, table: () => linesOf(rotated) });
    return 0;
  },
};

interface RotationMeans {
  readonly database: Database;
  readonly place: DatabasePlace;
  readonly signal: AbortSignal;
}

/** How a rotation ended. */
interface Rotated {
  /** The id of the key that everything is sealed under now. */
  readonly masterKey: string;
  readonly resealed: number;
  /** The ids of keys that nothing is sealed under any more, and that are still given. */
  readonly unused: readonly string[];
  /** Whether the key is the data directory's own, and so a new one. */
  readonly isOwnKey: boolean;
}

async function rotate({ database, place, signal }: RotationMeans, io: Io): Promise<Rotated> {
  const { queries } = database;
  const load = async () => createKeyring(await loadMasterKeys(secretSourcesOf(place, io)));
  // Before anything is changed: a key that is not the database's must not get company.
  await checkMasterKeys(queries, await load());
  const directory = ownDirectory(place, io);
  if (directory !== undefined) await addMasterKey(directory);
  const keyring = await load();
  const resealed = await rotateMasterKey(database, keyring, { signal });
  if (directory !== undefined) await dropPreviousMasterKeys(directory, queries);
  if (directory !== undefined || resealed > 0) await writeDown(database, keyring, io);
  const { currentId: masterKey, ids } = keyring;
  const unused = directory === undefined ? ids.filter((id) => id !== masterKey) : [];
  return { masterKey, resealed, unused, isOwnKey: directory !== undefined };
}

/** The data directory, where the master key is its file: what a variable gives is not ours to change. */
function ownDirectory(place: DatabasePlace, { env }: Io): string | undefined {
  const given = [env["HOLDFAST_MASTER_KEY"], env["HOLDFAST_MASTER_KEY_FILE"]];
  const isGiven = given.some((value = "") => value !== "");
  return place.engine === "postgres" || isGiven ? undefined : place.directory;
}

async function writeDown(database: Database, { currentId }: Keyring, { now }: Io): Promise<void> {
  const summary = `sealed every secret under the master key ${currentId}`;
  const entry = { actor: OPERATOR, action: "rotateMasterKey", target: currentId, summary };
  await recordAudit(database.queries, entry, now());
}

function linesOf({ masterKey, resealed, unused, isOwnKey }: Rotated): readonly string[] {
  const done = `${sayCount(resealed, "secret")} sealed anew; all are under the master key ${masterKey}`;
  if (unused.length > 0) {
    return [
      done,
      "Next: take all lines but the first out of the master key, and restart the servers",
    ];
  }
  if (isOwnKey || resealed > 0) return [done];
  return [
    done,
    "Next, to rotate it: put a new key (openssl rand -base64 32) as a line before this one, restart the servers, and run this again",
  ];
}
