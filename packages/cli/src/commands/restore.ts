import { resolve } from "node:path";
import { CodedError, UsageError } from "@holdfast/appstore/errors";
import { recordAudit } from "@holdfast/control/audit";
import { failRestoredDeployments } from "@holdfast/control/deployments";
import { failDueSchedules } from "@holdfast/control/publishing";
import { checkMasterKeys, createKeyring, loadMasterKeys } from "@holdfast/control/secrets";
import { markRestored, restoreDatabase } from "@holdfast/control/storage";
import type { RestoreStep, Transaction } from "@holdfast/control/storage";
import type { Command, Io } from "../command.ts";
import { DATA_OPTION } from "../data-option.ts";
import { readDatabasePlace, secretSourcesOf, withDatabase } from "../database/database-place.ts";
import type { DatabasePlace } from "../database/database-place.ts";
import { OPERATOR } from "../database/operator.ts";
import { print } from "../output.ts";
import { sayCount } from "../say-count.ts";
import { sayProgress } from "../storekit/progress.ts";

/** `holdfast restore` */
export const restore: Command = {
  summary: "Put a backup in the place of the database",
  description:
    "Stop the server first. The backup is checked and brought to this release's schema before it takes the place, in one step; the database that was there is kept beside it. Runtimes go on with what they have seen: publish each app again, and pause or resume it, to have them follow; publications and stop lists then get numbers above all they can have seen. Schedules that came due since the backup do not run any more. For PostgreSQL: pg_restore, then this command without a file.",
  arguments: [
    {
      name: "file",
      description: "the backup; none for PostgreSQL, after pg_restore",
      required: false,
    },
  ],
  options: [DATA_OPTION],
  examples: [
    { line: "holdfast restore holdfast-2026-11-21.db", does: "go back to a backup" },
    {
      line: "HOLDFAST_DATABASE_URL_FILE=/run/secrets/database holdfast restore",
      does: "after pg_restore: have runtimes take what is published from now on",
    },
  ],
  async run(input, io) {
    const place = await readDatabasePlace(input.options, io);
    const restored = await restoreTo(place, input.arguments[0], io);
    const masterKey = await withDatabase(place, ({ queries }) => tryMasterKeys(queries, place, io));
    print(input, io, {
      json: { ...restored, masterKey },
      table: () => [
        "The database is restored",
        ...(restored.replaced === undefined ? [] : [`The one before: ${restored.replaced}`]),
        "Next: start the server, publish each app again, and pause or resume it:",
        "until then runtimes go on with what they saw last",
      ],
    });
    return 0;
  },
};

interface Restored {
  readonly replaced?: string;
  readonly sequenceFloor: number;
}

async function restoreTo(
  place: DatabasePlace,
  file: string | undefined,
  io: Io,
): Promise<Restored> {
  if (place.engine === "postgres") return markPostgres(place, file, io);
  if (file === undefined) throw new UsageError("FILE_MISSING", "expected the backup's file");
  const { replaced, sequenceFloor } = await restoreDatabase(
    resolve(io.cwd, file),
    place.directory,
    {
      now: io.now,
      record: (transaction) => begin(transaction, io),
      onStep: (step) => sayProgress(io, STEPS[step]),
    },
  );
  return { ...(replaced === undefined ? {} : { replaced }), sequenceFloor };
}

/** What each step of a restore is to people. */
const STEPS: Readonly<Record<RestoreStep, string>> = {
  copied: "the backup is copied",
  checked: "it is in order",
  prepared: "it is at this release's schema",
  keptAside: "the database before is kept",
  inPlace: "it is in place",
};

async function markPostgres(
  place: DatabasePlace,
  file: string | undefined,
  io: Io,
): Promise<Restored> {
  if (file !== undefined) {
    throw new UsageError(
      "DATABASE_ENGINE_UNFIT",
      "expected no file: a PostgreSQL database (HOLDFAST_DATABASE_URL) is restored with pg_restore, and then this command says so in it",
    );
  }
  const sequenceFloor = await withDatabase(place, (database) =>
    database.transaction(async (transaction) => {
      await begin(transaction, io);
      return markRestored(transaction, io.now());
    }),
  );
  return { sequenceFloor };
}

/** The log goes on from the backup: what it lacks was done all the same. */
async function begin({ queries }: Transaction, { now }: Io): Promise<void> {
  const schedules = await failDueSchedules(queries, now());
  const deployments = await failRestoredDeployments(queries, now());
  const summary = [
    "restored a backup; what was done after it was made is not in this log",
    ...(schedules === 0 ? [] : [`${sayCount(schedules, "schedule")} that came due will not run`]),
    ...(deployments === 0
      ? []
      : [`${sayCount(deployments, "deployment")} under way will not go on`]),
  ].join("; ");
  await recordAudit(queries, { actor: OPERATOR, action: "restoreDatabase", summary }, now());
}

/** Tries the master keys that a server started now would have, and warns where it could not start. */
async function tryMasterKeys(
  queries: Transaction["queries"],
  place: DatabasePlace,
  io: Io,
): Promise<"fits" | "missing" | "other"> {
  try {
    const keys = await loadMasterKeys(secretSourcesOf(place, io));
    await checkMasterKeys(queries, await createKeyring(keys));
    return "fits";
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    io.warn(`${String(error.code)}: ${error.message}`);
    return error.code === "SECRET_MISSING" ? "missing" : "other";
  }
}
