import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { readAll } from "../control-plane/print-list.ts";

/** Something of the catalog that cannot be used. */
type CatalogProblem = RouteBody<typeof routes.listCatalogProblems>["items"][number];

/** What the columns of problems are called. */
export const PROBLEM_HEAD = ["Problem", "About", "What to do"] as const;

/** Reads all that is wrong with an app's catalog. */
export function readProblems(client: ApiClient, app: string): Promise<readonly CatalogProblem[]> {
  return readAll(client.items(routes.listCatalogProblems, { params: { app } }));
}

/** Returns the cells of a problem. */
export function problemRow(problem: CatalogProblem): readonly string[] {
  const { code, productId, offerIdentifier, message } = problem;
  const about = [productId, offerIdentifier].filter((part) => part !== undefined).join(" / ");
  return [code, about, message];
}
