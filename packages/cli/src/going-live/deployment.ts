import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { PlaceAtControl } from "./live-publication.ts";

/** The way of a version to being live, with all it needs at Apple. */
export type Deployment = RouteBody<typeof routes.readDeployment>;

/** Returns the deployment that is under way; undefined where none is. */
export async function findActiveDeployment({
  client,
  app,
  environment,
}: PlaceAtControl): Promise<Deployment | undefined> {
  const params = { app, environment };
  const { body } = await client.call(routes.listDeployments, { params, query: { limit: 1 } });
  const [newest] = body.items;
  return newest !== undefined && !isEnded(newest) ? newest : undefined;
}

/** Tells whether a deployment has ended, one way or another. */
export function isEnded({ state }: Pick<Deployment, "state">): boolean {
  return state === "live" || state === "failed" || state === "cancelled";
}
