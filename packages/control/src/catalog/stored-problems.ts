import type { Selectable } from "kysely";
import type { Queries } from "../storage/index.ts";
import type { CatalogProblem } from "./catalog-problem.ts";
import type { ContentPlace } from "./review-states.ts";
import type { CatalogProblemsTable } from "./tables.ts";
import type { CatalogWrite } from "./catalog-write.ts";

/** A problem as it is listed. */
export interface StoredProblem extends Omit<CatalogProblem, "code"> {
  readonly code: string;
  /** When it was first seen, ms since 1970. */
  readonly since: number;
}

/** How long a change of price is told, ms. */
const PRICE_TOLD_MS = 14 * 86_400_000;

/**
 * Writes what is wrong after a sync: a problem that lasts keeps since when, one that is solved goes, and a
 * change of price is told for two weeks.
 */
export async function writeProblems(
  queries: Queries,
  problems: readonly CatalogProblem[],
  write: CatalogWrite,
): Promise<void> {
  const { app, now } = write;
  let solved = queries
    .deleteFrom("catalog_problems")
    .where("app", "=", app)
    .where("environment", "is", null)
    .where((row) =>
      row.or([row("code", "<>", "PRICE_CHANGED"), row("since", "<", now - PRICE_TOLD_MS)]),
    );
  if (problems.length > 0) solved = solved.where("id", "not in", idsOf(problems));
  await solved.execute();
  for (const each of problems) await writeProblem(queries, each, { ...write, environment: null });
}

/** Writes which default messages are missing in an environment: as {@link writeProblems}. */
export async function writeDefaultProblems(
  queries: Queries,
  problems: readonly CatalogProblem[],
  write: CatalogWrite & Pick<ContentPlace, "environment">,
): Promise<void> {
  let solved = queries
    .deleteFrom("catalog_problems")
    .where("app", "=", write.app)
    .where("environment", "=", write.environment);
  if (problems.length > 0) solved = solved.where("id", "not in", idsOf(problems));
  await solved.execute();
  for (const each of problems) await writeProblem(queries, each, write);
}

function idsOf(problems: readonly CatalogProblem[]): readonly string[] {
  return problems.map(({ id }) => id);
}

async function writeProblem(
  queries: Queries,
  { id, code, productId, offerIdentifier, message }: CatalogProblem,
  {
    app,
    now,
    environment,
  }: CatalogWrite & { readonly environment: ContentPlace["environment"] | null },
): Promise<void> {
  const again = code === "PRICE_CHANGED" ? { message, since: now } : { message };
  await queries
    .insertInto("catalog_problems")
    .values({
      app,
      id,
      code,
      environment,
      product_id: productId ?? null,
      offer_identifier: offerIdentifier ?? null,
      message,
      since: now,
    })
    .onConflict((conflict) => conflict.columns(["app", "id"]).doUpdateSet(again))
    .execute();
}

/** Returns an app's problems by id, the first `limit` after one. */
export async function listProblems(
  queries: Queries,
  {
    app,
    after,
    limit,
  }: { readonly app: string; readonly after?: string | undefined; readonly limit: number },
): Promise<readonly StoredProblem[]> {
  let query = queries
    .selectFrom("catalog_problems")
    .selectAll()
    .where("app", "=", app)
    .orderBy("id")
    .limit(limit);
  if (after !== undefined) query = query.where("id", ">", after);
  const rows = await query.execute();
  return rows.map(problemOf);
}

function problemOf(row: Selectable<CatalogProblemsTable>): StoredProblem {
  return {
    id: row.id,
    code: row.code,
    productId: row.product_id ?? undefined,
    offerIdentifier: row.offer_identifier ?? undefined,
    message: row.message,
    since: row.since,
  };
}
