import { recordAudit } from "../audit/record-audit.ts";
import type { Change } from "../http/implementation.ts";
import type { Database } from "../storage/index.ts";
import type { PublicationPlace } from "./publishing-means.ts";

/** What the system does by itself. */
export interface SystemChange extends PublicationPlace {
  readonly database: Database;
  /** The job it is done by. */
  readonly job: string;
  /** What it would be called as an operation. */
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Runs a transaction whose audit entries say that the system did it. */
export function changeAsSystem<T>(
  { database, job, action, app, environment, now }: SystemChange,
  act: (change: Change) => Promise<T>,
): Promise<T> {
  const actor = { kind: "system", id: job, name: "Holdfast" } as const;
  return database.transaction((transaction) =>
    act({
      ...transaction,
      audit: (draft) =>
        recordAudit(transaction.queries, { actor, action, app, environment, ...draft }, now),
    }),
  );
}
