import type { Insertable, Selectable } from "kysely";
import type { SubscriptionPlace } from "../../subscribers/index.ts";
import type { SubscriberImportsTable } from "../tables.ts";

/** An import of subscribers by their transaction ids. Times are milliseconds since 1970. */
export interface SubscriberImport extends SubscriptionPlace {
  readonly id: string;
  readonly name?: string;
  readonly state: SubscriberImportsTable["state"];
  readonly total: number;
  readonly received: number;
  readonly accepted: number;
  readonly repeated: number;
  readonly invalid: number;
  readonly fetched: number;
  readonly notFound: number;
  readonly failed: number;
  /** Of the accepted, how many Apple has not been asked about. */
  readonly waiting: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endedAt?: number;
}

/** An import that is begun. */
export interface NewImport extends SubscriptionPlace {
  readonly id: string;
  readonly name?: string | undefined;
  readonly fileHash: string;
  readonly total: number;
  readonly createdBy: string;
  readonly now: number;
}

/** Returns the row of an import of which nothing was received yet. */
export function newImportRow(created: NewImport): Insertable<SubscriberImportsTable> {
  return {
    id: created.id,
    app: created.app,
    environment: created.environment,
    name: created.name ?? null,
    file_hash: created.fileHash,
    state: "receiving",
    total: created.total,
    received: 0,
    accepted: 0,
    repeated: 0,
    invalid: 0,
    fetched: 0,
    not_found: 0,
    failed: 0,
    created_by: created.createdBy,
    created_at: created.now,
    ended_at: null,
  };
}

/** Returns an import from its row. */
export function importOf(row: Selectable<SubscriberImportsTable>): SubscriberImport {
  const { accepted, fetched, not_found: notFound, failed } = row;
  const isCancelled = row.state === "cancelled";
  return {
    id: row.id,
    app: row.app,
    environment: row.environment,
    ...(row.name === null ? {} : { name: row.name }),
    state: row.state,
    total: row.total,
    received: row.received,
    accepted,
    repeated: row.repeated,
    invalid: row.invalid,
    fetched,
    notFound,
    failed,
    waiting: isCancelled ? 0 : accepted - fetched - notFound - failed,
    createdBy: row.created_by,
    createdAt: row.created_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}
