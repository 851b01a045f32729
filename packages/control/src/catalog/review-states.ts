import type { ReviewStates } from "@holdfast/flow/catalog";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Selectable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { AppleContentTable } from "./tables.ts";

/** An app in an environment: each has its own content at Apple. */
export interface ContentPlace {
  readonly app: string;
  readonly environment: FlowEnvironment;
}

/** Which of Apple's content to list. */
export interface ListContentOptions extends ContentPlace {
  readonly kind: AppleContentTable["kind"];
  readonly state?: string | undefined;
  /** Only those whose identifier sorts after this one. */
  readonly after?: string | undefined;
  /** Default: all, of which Apple takes 2,000 of a kind. */
  readonly limit?: number | undefined;
}

/** Returns the content of a kind that Apple has, by identifier, as it was last seen. */
export function listContent(
  queries: Queries,
  { app, environment, kind, state, after, limit }: ListContentOptions,
): Promise<readonly Selectable<AppleContentTable>[]> {
  let query = queries
    .selectFrom("apple_content")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("kind", "=", kind)
    .orderBy("identifier");
  if (state !== undefined) query = query.where("state", "=", state);
  if (after !== undefined) query = query.where("identifier", ">", after);
  if (limit !== undefined) query = query.limit(limit);
  return query.execute();
}

/** Returns where a page of {@link listContent} that ends with this entry goes on. */
export function positionOf({
  identifier,
}: Pick<AppleContentTable, "identifier">): readonly string[] {
  return [identifier];
}

/** Returns how many of a kind Apple has, as it was last seen. */
export async function countContent(
  queries: Queries,
  { app, environment, kind }: Pick<ListContentOptions, "app" | "environment" | "kind">,
): Promise<number> {
  const { count } = await queries
    .selectFrom("apple_content")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("kind", "=", kind)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Returns Apple's review states as flows are validated against; undefined before Apple was asked. Without
 * default messages: Apple has no list of them.
 */
export async function readReviewStates(
  queries: Queries,
  place: ContentPlace,
): Promise<ReviewStates | undefined> {
  const poll = await readPoll(queries, place);
  if (poll === undefined || poll.seen_at === null) return undefined;
  const statesOf = async (kind: AppleContentTable["kind"]) => {
    const rows = await listContent(queries, { ...place, kind });
    return Object.fromEntries(rows.map(({ identifier, state }) => [identifier, state]));
  };
  return { messages: await statesOf("message"), images: await statesOf("image") };
}

/** Returns the identifiers of messages that Apple has rejected: what the stop list must name. */
export async function listRejectedMessages(
  queries: Queries,
  place: ContentPlace,
): Promise<readonly string[]> {
  const rows = await listContent(queries, { ...place, kind: "message", state: "REJECTED" });
  return rows.map(({ identifier }) => identifier);
}

/** Returns when Apple was last asked, and what came of it; undefined before. */
export function readPoll(queries: Queries, { app, environment }: ContentPlace) {
  return queries
    .selectFrom("review_polls")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirst();
}
