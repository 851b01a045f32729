import type { Insertable } from "kysely";
import { toJsonText } from "../../storage/index.ts";
import type { Queries } from "../../storage/index.ts";
import type { SubscriptionPlace } from "../subscription-place.ts";
import type { SubscriberAttributesTable, TeamValue } from "../tables.ts";

/** What the team says of one attribute of one owner. */
export interface TeamStatement {
  /** A subscription's pseudonym, or an account's hash. */
  readonly owner: string;
  readonly name: string;
  /** null takes back what was said before. */
  readonly value: TeamValue;
  /** As of when it is true, milliseconds since 1970. */
  readonly setAt: number;
  /** From when it counts no more, milliseconds since 1970; default never. */
  readonly expiresAt?: number | undefined;
}

/** Rows of one statement; far below what either engine takes. */
const ROWS = 2000;

/**
 * How long it is remembered that an attribute was taken back, so that what was said before, and comes later,
 * does not bring it back: 30 days.
 */
const TAKEN_BACK_MS = 30 * 86_400_000;

/**
 * Stores what the team says: of two statements the one that is true as of a later moment holds, in whatever
 * order they come, and of the same moment the one that came last.
 */
export async function writeAttributes(
  queries: Queries,
  place: SubscriptionPlace,
  statements: readonly TeamStatement[],
): Promise<void> {
  const newest = new Map<string, TeamStatement>();
  for (const statement of statements) {
    const key = JSON.stringify([statement.owner, statement.name]);
    const other = newest.get(key);
    if (other === undefined || statement.setAt >= other.setAt) newest.set(key, statement);
  }
  // In one order everywhere: two who write the same rows wait in turn, not in a circle.
  const rows = [...newest]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, statement]) => rowOf(place, statement));
  for (let from = 0; from < rows.length; from += ROWS) {
    await queries
      .insertInto("subscriber_attributes")
      .values(rows.slice(from, from + ROWS))
      .onConflict((conflict) =>
        conflict
          .columns(["app", "environment", "owner", "name"])
          .doUpdateSet((row) => ({
            value: row.ref("excluded.value"),
            set_at: row.ref("excluded.set_at"),
            expires_at: row.ref("excluded.expires_at"),
          }))
          .whereRef("excluded.set_at", ">=", "subscriber_attributes.set_at"),
      )
      .execute();
  }
}

function rowOf(
  place: SubscriptionPlace,
  { owner, name, value, setAt, expiresAt }: TeamStatement,
): Insertable<SubscriberAttributesTable> {
  return {
    app: place.app,
    environment: place.environment,
    owner,
    name,
    value: toJsonText(value),
    set_at: setAt,
    expires_at: value === null ? setAt + TAKEN_BACK_MS : (expiresAt ?? null),
  };
}
