import { ApiRefusal } from "@holdfast/api/server";
import { readApp } from "../apps/index.ts";
import type { Queries } from "../storage/index.ts";
import type { SubscriptionPlace } from "./subscription-place.ts";

/** @throws ApiRefusal `NOT_FOUND` when there is no such app, or it is not served in the environment */
export async function requirePlace(
  queries: Queries,
  { app, environment }: SubscriptionPlace,
): Promise<void> {
  const { environments } = await readApp(queries, app);
  if (environments[environment] !== undefined) return;
  throw new ApiRefusal("NOT_FOUND", `the app ${app} is not served in ${environment}`);
}
