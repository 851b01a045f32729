import type { SubscriberState } from "@holdfast/flow/evaluate";
import { withSqliteErrors } from "../../storage/engines/sqlite/sqlite-errors.ts";
import { openSqliteForReading } from "../../storage/engines/sqlite/sqlite-file.ts";
import type { SqliteFile } from "../../storage/engines/sqlite/sqlite-file.ts";
import { fromJsonText } from "../../storage/json-text.ts";
import { deriveState } from "../state/derive-state.ts";
import { teamAttributeOf } from "../state/team-attributes.ts";
import type { TeamAttributeRow } from "../state/team-attributes.ts";
import type { SubscriberHistoriesTable, SubscribersTable } from "../tables.ts";
import type { StateQuestion } from "./reader-messages.ts";

/** Reads states from an SQLite database that another thread writes to. */
export interface SqliteStates {
  /**
   * Returns a subscription's state as rules see it at `now`, milliseconds since 1970; undefined where there is
   * none.
   *
   * @throws StorageError `DATABASE_UNREACHABLE` while there is no database, and what reading it throws
   */
  read(key: Omit<StateQuestion, "id">, now: number): SubscriberState | undefined;
  close(): void;
}

/** Returns a reader of the database at a path, which is opened when it is first read and there is one. */
export function createSqliteStates(databasePath: string): SqliteStates {
  let opened: OpenStates | undefined;
  return {
    read(key, now) {
      opened ??= openStates(databasePath);
      return opened.read(key, now);
    },
    close() {
      opened?.file.close();
      opened = undefined;
    },
  };
}

interface OpenStates extends Pick<SqliteStates, "read"> {
  readonly file: SqliteFile;
}

function openStates(databasePath: string): OpenStates {
  const file = openSqliteForReading(databasePath);
  try {
    return { file, read: withSqliteErrors(() => prepareRead(file)) };
  } catch (error) {
    // A database that is not migrated yet has no such tables.
    file.close();
    throw error;
  }
}

type Key = [app: string, environment: string, pseudonym: string];

/** The same three statements as on any engine, prepared once. */
function prepareRead(file: SqliteFile): SqliteStates["read"] {
  const subscriber = file.prepare<Key, Pick<SubscribersTable, "facts" | "account_hash">>(
    "select facts, account_hash from subscribers where app = ? and environment = ? and pseudonym = ?",
  );
  const history = file.prepare<Key, Pick<SubscriberHistoriesTable, "exposures">>(
    "select exposures from subscriber_histories where app = ? and environment = ? and pseudonym = ?",
  );
  const attributes = file.prepare<[...Key, string], TeamAttributeRow>(
    "select owner, name, value, set_at, expires_at from subscriber_attributes where app = ? and environment = ? and owner in (?, ?)",
  );
  return ({ app, environment, pseudonym }, now) =>
    withSqliteErrors(() => {
      const known = subscriber.get(app, environment, pseudonym);
      const answered = history.get(app, environment, pseudonym);
      const account = known?.account_hash ?? pseudonym;
      const stated = attributes.all(app, environment, pseudonym, account);
      if (known === undefined && answered === undefined && stated.length === 0) return undefined;
      return deriveState(
        {
          pseudonym,
          facts: known && fromJsonText(known.facts),
          exposures: answered && fromJsonText(answered.exposures),
          attributes: stated.map(teamAttributeOf),
        },
        now,
      );
    });
}
