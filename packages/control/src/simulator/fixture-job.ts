import { ApiRefusal } from "@holdfast/api/server";
import type { JobKind } from "../jobs/index.ts";
import { readLivePublication } from "../publishing/index.ts";
import { checkFixtures } from "./check-fixtures.ts";
import { placesWithFixtures } from "./fixture-checks.ts";
import type { CheckedPlace } from "./fixture-checks.ts";
import { createFixtureVerifier } from "./fixture-verifier.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** What the job needs. */
export interface FixtureJobOptions extends Pick<SimulatorMeans, "database" | "idsOf" | "now"> {
  /** How long a check is good while nothing else is published, ms; default a day. */
  readonly checkEveryMs?: number;
}

/** How often it is looked for a publication since the last check, ms. */
const LOOK_EVERY_MS = 60_000;

const DAY_MS = 24 * 3_600_000;

/** Returns the job that checks fixtures once a day, after each publication, and when there are new ones. */
export function fixtureJob(options: FixtureJobOptions): JobKind {
  const { database, now, checkEveryMs = DAY_MS } = options;
  const means = { ...options, verifier: createFixtureVerifier(now) };
  const isDue = async (place: CheckedPlace): Promise<boolean> => {
    if (place.checkedAt === undefined || now() - place.checkedAt >= checkEveryMs) return true;
    if (place.addedAt > place.checkedAt) return true;
    const live = await readLivePublication(database.queries, place);
    return (live?.sequence ?? 0) !== place.sequence;
  };
  return {
    name: "fixtures.check",
    everyMs: LOOK_EVERY_MS,
    async run({ signal }) {
      const failures: unknown[] = [];
      for (const place of await placesWithFixtures(database.queries)) {
        signal.throwIfAborted();
        try {
          if (await isDue(place)) await checkFixtures(means, place, now());
        } catch (error) {
          // An environment that is not served any more has nothing to check; and one place holds up no other.
          if (!(error instanceof ApiRefusal && error.code === "NOT_FOUND")) failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
