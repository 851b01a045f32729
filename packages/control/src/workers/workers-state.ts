import type { RouteBody, routes } from "@holdfast/api";
import type { App } from "../apps/index.ts";
import type { Queries } from "../storage/index.ts";
import { isWaiting, readStoredValues, withStored } from "./values/stored-values.ts";
import type { KnownValue } from "./values/stored-values.ts";
import { wantedValues } from "./values/wanted-values.ts";
import type { WorkersMeans } from "./workers-means.ts";

/** A target as the API shows it. */
type TargetBody = RouteBody<typeof routes.readWorkersTarget>;

/** How subscribers' states stand. */
export type WrittenSubscribers = TargetBody["subscribers"];

type ValueBody = NonNullable<TargetBody["environments"][number]["live"]>;

/** What was written of an environment. */
type EnvironmentBody = TargetBody["environments"][number];

/** Returns what was written of each environment an app is served in, and what waits. */
export async function readWrittenValues(
  queries: Queries,
  means: WorkersMeans,
  app: Pick<App, "id" | "environments">,
): Promise<EnvironmentBody[]> {
  const stored = await readStoredValues(queries, app.id);
  const known = withStored(await wantedValues(queries, means, app.id), stored);
  return (["sandbox", "production"] as const)
    .filter((environment) => app.environments[environment] !== undefined)
    .map((environment) =>
      environmentOf(
        environment,
        known.filter(({ wanted }) => wanted.environment === environment),
      ),
    );
}

function environmentOf(
  environment: EnvironmentBody["environment"],
  known: readonly KnownValue[],
): EnvironmentBody {
  const live = known.find(({ wanted }) => wanted.kind === "live");
  const stopList = known.find(({ wanted }) => wanted.kind === "stopList");
  return {
    environment,
    ...(live && { live: valueOf(live) }),
    ...(stopList && { stopList: valueOf(stopList) }),
  };
}

function valueOf(known: KnownValue): ValueBody {
  const { wanted, stored } = known;
  const { sequence, written_at, failing_since, problem } = stored ?? NEVER_TRIED;
  return {
    ...(sequence === null ? {} : { sequence }),
    ...(written_at === null ? {} : { writtenAt: written_at }),
    ...(isWaiting(known) ? { waitingSequence: wanted.sequence } : {}),
    ...(failing_since === null ? {} : { failingSince: failing_since }),
    ...(problem === null ? {} : { problem }),
  };
}

const NEVER_TRIED = { sequence: null, written_at: null, failing_since: null, problem: null };
