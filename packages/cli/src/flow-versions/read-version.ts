import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";

/** An app of a control plane, and the way to it. */
export interface AppAtControl {
  readonly client: ApiClient;
  readonly app: string;
}

/** A flow as it was saved, with its content. */
export type Version = RouteBody<typeof routes.readVersion>;

/**
 * Returns a version with its content.
 *
 * @throws ControlCallError `NOT_FOUND`
 */
export async function readVersion(
  { client, app }: AppAtControl,
  version: number,
): Promise<Version> {
  const { body } = await client.call(routes.readVersion, { params: { app, version } });
  return body;
}

/** Returns the newest version; undefined before the first. */
export async function readNewestVersion(place: AppAtControl): Promise<Version | undefined> {
  const { client, app } = place;
  const { body } = await client.call(routes.listVersions, { params: { app }, query: { limit: 1 } });
  const [newest] = body.items;
  return newest === undefined ? undefined : readVersion(place, newest.version);
}
