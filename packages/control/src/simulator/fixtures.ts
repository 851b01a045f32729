import { createHash } from "node:crypto";
import { ApiRefusal } from "@holdfast/api/server";
import type { SubscriberLookup } from "@holdfast/flow/evaluate";
import { canonicalJson } from "@holdfast/flow/snapshot";
import type { Selectable } from "kysely";
import type { PublicationPlace } from "../publishing/index.ts";
import { fromJsonText, insertNew, toJsonText } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { SubscriptionIds, SubscriptionPlace } from "../subscribers/index.ts";
import { dropFromReport } from "./fixture-checks.ts";
import type { FixtureExpectation, FixturesTable } from "./tables.ts";

/** The most fixtures of an app in an environment: each check goes through all of them. */
const MAX_FIXTURES = 500;

/** What of a fixture is sealed. */
export interface FixtureContent {
  /** As Apple sent it. */
  readonly signedPayload: string;
  /** What is known of the subscriber; absent: nothing is stored of them. */
  readonly subscriber?: SubscriberLookup;
}

/** A captured request, without its content. */
export interface Fixture extends PublicationPlace {
  readonly id: string;
  readonly name: string;
  readonly pseudonym: string;
  readonly productId: string;
  readonly userLocale: string;
  /** Milliseconds since 1970. */
  readonly requestedAt: number;
  readonly hasSubscriber: boolean;
  readonly expectation?: FixtureExpectation;
  readonly createdBy: string;
  readonly createdAt: number;
}

/** A fixture to add. */
export interface NewFixture extends SealedFixture {
  /** What {@link fixtureHash} returned. */
  readonly contentHash: string;
}

/** A fixture with its content, sealed. */
export interface SealedFixture extends Fixture {
  readonly sealed: string;
}

/** Returns the SHA-256 of all that makes a fixture another one. */
export function fixtureHash(content: FixtureContent, expectation?: FixtureExpectation): string {
  return createHash("sha256").update(canonicalJson({ content, expectation })).digest("hex");
}

/** Seals a fixture's content for the row of its id: it opens for no other. */
export function sealFixture(
  ids: SubscriptionIds,
  { app, environment, id }: Pick<Fixture, "app" | "environment" | "id">,
  content: FixtureContent,
): string {
  return ids.seal({ app, environment }, bindingOf(id), JSON.stringify(content));
}

/** Opens a fixture's content; undefined where it does not open. */
export function openFixture(
  ids: SubscriptionIds,
  fixture: SealedFixture,
): FixtureContent | undefined {
  const { app, environment, id, sealed } = fixture;
  const text = ids.open({ app, environment }, bindingOf(id), sealed);
  // Written by sealFixture().
  return text === undefined ? undefined : (JSON.parse(text) as FixtureContent);
}

/** No pseudonym has a colon in it. */
function bindingOf(id: string): string {
  return `fixture:${id}`;
}

/**
 * Adds a fixture, or returns the one of this name where it is the same.
 *
 * @throws ApiRefusal `CONFLICT` where another has the name, or there are as many as there can be
 */
export async function insertFixture(
  transaction: Transaction,
  fixture: NewFixture,
): Promise<{ readonly fixture: Fixture; readonly isNew: boolean }> {
  const { queries } = transaction;
  const { app, environment, name } = fixture;
  if ((await countFixtures(queries, fixture)) < MAX_FIXTURES) {
    const rows = await insertNew(transaction, {
      table: "fixtures",
      rows: [rowOf(fixture)],
      keys: ["app", "environment", "name"],
    });
    if (rows.length > 0) return { fixture, isNew: true };
  }
  const row = await queries
    .selectFrom("fixtures")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("name", "=", name)
    .executeTakeFirst();
  if (row === undefined) {
    const message = `${app} has ${MAX_FIXTURES} fixtures in ${environment}, and can have no more`;
    throw new ApiRefusal("CONFLICT", message, { advice: "delete one that nobody needs" });
  }
  if (row.content_hash === fixture.contentHash) return { fixture: fixtureOf(row), isNew: false };
  throw new ApiRefusal("CONFLICT", `there is another fixture of this name: ${row.id}`, {
    advice: "give it another name, or delete that one first",
  });
}

async function countFixtures(
  queries: Queries,
  { app, environment }: PublicationPlace,
): Promise<number> {
  const { count } = await queries
    .selectFrom("fixtures")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("app", "=", app)
    .where("environment", "=", environment)
    .executeTakeFirstOrThrow();
  return count;
}

/** Returns fixtures by their names, without their content. */
export async function listFixtures(
  queries: Queries,
  { app, environment }: PublicationPlace,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly SealedFixture[]> {
  let query = queries
    .selectFrom("fixtures")
    .selectAll()
    .where("app", "=", app)
    .where("environment", "=", environment);
  if (after !== undefined) query = query.where("name", ">", after);
  const rows = await query.orderBy("name").limit(limit).execute();
  return rows.map(fixtureOf);
}

/** Returns every fixture of an environment by its name. */
export function allFixtures(
  queries: Queries,
  place: PublicationPlace,
): Promise<readonly SealedFixture[]> {
  return listFixtures(queries, place, { limit: MAX_FIXTURES });
}

/**
 * Deletes a fixture and returns its name.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function removeFixture(
  queries: Queries,
  { app, environment, id }: Pick<Fixture, "app" | "environment" | "id">,
): Promise<string> {
  const row = await queries
    .deleteFrom("fixtures")
    .where("id", "=", id)
    .where("app", "=", app)
    .where("environment", "=", environment)
    .returning("name")
    .executeTakeFirst();
  if (row !== undefined) return row.name;
  throw new ApiRefusal("NOT_FOUND", `${app} has no fixture ${id} in ${environment}`);
}

/** Deletes the fixtures of a subscription, with what checks said of them, and returns how many there were. */
export async function eraseFixtures(
  transaction: Pick<Transaction, "queries">,
  { app, environment }: SubscriptionPlace,
  pseudonyms: readonly string[],
): Promise<number> {
  const rows = await transaction.queries
    .deleteFrom("fixtures")
    .where("app", "=", app)
    .where("environment", "=", environment)
    .where("pseudonym", "in", pseudonyms)
    .returning("id")
    .execute();
  const gone = new Set(rows.map(({ id }) => id));
  if (gone.size > 0) await dropFromReport(transaction, { app, environment }, gone);
  return gone.size;
}

function rowOf(fixture: NewFixture) {
  const { expectation } = fixture;
  return {
    id: fixture.id,
    app: fixture.app,
    environment: fixture.environment,
    name: fixture.name,
    pseudonym: fixture.pseudonym,
    sealed: fixture.sealed,
    content_hash: fixture.contentHash,
    product_id: fixture.productId,
    user_locale: fixture.userLocale,
    requested_at: fixture.requestedAt,
    has_subscriber: fixture.hasSubscriber ? (1 as const) : (0 as const),
    expectation: expectation === undefined ? null : toJsonText(expectation),
    created_by: fixture.createdBy,
    created_at: fixture.createdAt,
  };
}

function fixtureOf(row: Selectable<FixturesTable>): SealedFixture {
  return {
    id: row.id,
    app: row.app,
    environment: row.environment,
    name: row.name,
    pseudonym: row.pseudonym,
    productId: row.product_id,
    userLocale: row.user_locale,
    requestedAt: row.requested_at,
    hasSubscriber: row.has_subscriber === 1,
    ...(row.expectation === null ? {} : { expectation: fromJsonText(row.expectation) }),
    sealed: row.sealed,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}
