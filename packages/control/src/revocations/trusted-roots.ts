import { appleTrustStore } from "@holdfast/appstore/signed-data";
import type { TrustStore } from "@holdfast/appstore/signed-data";
import { listApps, signedDataExpectations } from "../apps/index.ts";
import type { Queries } from "../storage/index.ts";

/** More apps than anybody has; those after them trust Apple's root at least. */
const MAX_APPS = 10_000;

/** Returns everything that any app trusts: whose chains are asked about, nobody's data is accepted by it. */
export async function readTrustedRoots(queries: Queries): Promise<TrustStore> {
  const apps = await listApps(queries, { apps: "all", limit: MAX_APPS });
  const stores = apps.flatMap((app) =>
    (["sandbox", "production"] as const)
      .filter((environment) => (app.environments[environment]?.trustedRoots.length ?? 0) > 0)
      .map((environment) => signedDataExpectations(app, environment).trust),
  );
  return {
    trusts: (certificate) =>
      appleTrustStore.trusts(certificate) || stores.some((store) => store.trusts(certificate)),
  };
}
