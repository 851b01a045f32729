import { ApiRefusal } from "@holdfast/api/server";
import type { TrustStore } from "@holdfast/appstore/signed-data";
import { findApp, signedDataExpectations } from "../apps/index.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Queries } from "../storage/index.ts";

/** An app in an environment, with what its requests are held against. */
export interface SimulatedPlace extends PublicationPlace {
  readonly bundleId: string;
  readonly appAppleId: number;
  readonly trust: TrustStore;
}

/**
 * Returns what requests of an app in an environment are held against.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app, or it is not served there
 */
export async function readSimulatedPlace(
  queries: Queries,
  { app: id, environment }: PublicationPlace,
): Promise<SimulatedPlace> {
  const app = await findApp(queries, id);
  if (app === undefined) throw new ApiRefusal("NOT_FOUND", `there is no app ${id}`);
  if (app.environments[environment] === undefined) {
    throw new ApiRefusal("NOT_FOUND", `the app ${id} is not served in ${environment}`);
  }
  const { bundleId, appAppleId } = app;
  const { trust } = signedDataExpectations(app, environment);
  return { app: id, environment, bundleId, appAppleId, trust };
}
