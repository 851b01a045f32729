import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { AppAtControl } from "../flow-versions/read-version.ts";

/** An environment of an app of a control plane. */
export interface PlaceAtControl extends AppAtControl {
  readonly environment: FlowEnvironment;
}

/** The statement that a snapshot is live. */
export type Publication = RouteBody<typeof routes.listPublications>["items"][number];

/** Returns what is live; undefined before the first publication. */
export async function readLivePublication({
  client,
  app,
  environment,
}: PlaceAtControl): Promise<Publication | undefined> {
  const params = { app, environment };
  const { body } = await client.call(routes.listPublications, { params, query: { limit: 1 } });
  return body.items[0];
}

/** Returns what is live in each of the environments the app is served in. */
export async function readLivePublications(place: AppAtControl): Promise<readonly Publication[]> {
  const live: Publication[] = [];
  for (const environment of await readEnvironments(place)) {
    const publication = await readLivePublication({ ...place, environment });
    if (publication !== undefined) live.push(publication);
  }
  return live;
}

/** Returns the environments an app is served in, production first. */
export async function readEnvironments({
  client,
  app,
}: AppAtControl): Promise<readonly FlowEnvironment[]> {
  const { body } = await client.call(routes.readApp, { params: { app } });
  return (["production", "sandbox"] as const).filter(
    (environment) => body.environments[environment] !== undefined,
  );
}
