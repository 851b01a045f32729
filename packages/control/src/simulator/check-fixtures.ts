import { canonicalJson } from "@holdfast/flow/snapshot";
import { choiceOf, namesOf } from "@holdfast/runtime/simulate";
import type { Simulation } from "@holdfast/runtime/simulate";
import type { PublicationPlace } from "../publishing/index.ts";
import { countResults, keepFixtureReport, readFixtureReport } from "./fixture-checks.ts";
import { allFixtures, openFixture } from "./fixtures.ts";
import type { SealedFixture } from "./fixtures.ts";
import { runSimulation, takeCaptured } from "./run-simulation.ts";
import { openLiveFlow } from "./simulated-flow.ts";
import type { LiveFlow } from "./simulated-flow.ts";
import { readSimulatedPlace } from "./simulated-place.ts";
import type { SimulatedPlace } from "./simulated-place.ts";
import { readStops, withoutPauses } from "./simulated-stops.ts";
import type { SimulatorMeans } from "./simulator-means.ts";
import type { FixtureExpectation, FixtureReport } from "./tables.ts";

type FixtureResult = FixtureReport["results"][number];

/** What came out of one fixture, before it is held against the check before. */
type Outcome = Omit<FixtureResult, "fixture" | "name" | "before">;

/** What a check needs. */
type CheckMeans = Pick<SimulatorMeans, "database" | "idsOf" | "verifier">;

/**
 * Takes every fixture of a place through what is live, each at its own time, and keeps the report. What people
 * have paused does not count; what Apple has rejected does.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app, or it is not served there
 */
export async function checkFixtures(
  means: CheckMeans,
  { app, environment }: PublicationPlace,
  now: number,
): Promise<FixtureReport> {
  const { queries } = means.database;
  const place = await readSimulatedPlace(queries, { app, environment });
  const live = await openLiveFlow(queries, place);
  const before = await readFixtureReport(queries, place);
  const results: FixtureResult[] = [];
  for (const fixture of await allFixtures(queries, place)) {
    const { id, name } = fixture;
    const outcome = await checkOne(means, place, { fixture, live });
    const last = before.results.find((result) => result.fixture === id);
    results.push({ fixture: id, name, ...comparedWith(last, outcome) });
  }
  const report = {
    checkedAt: now,
    ...(live === undefined ? {} : { sequence: live.sequence, snapshot: live.hash }),
    ...countResults(results),
    results,
  };
  await means.database.transaction((transaction) => keepFixtureReport(transaction, place, report));
  return report;
}

async function checkOne(
  means: CheckMeans,
  place: SimulatedPlace,
  { fixture, live }: { readonly fixture: SealedFixture; readonly live: LiveFlow | undefined },
): Promise<Outcome> {
  if (live === undefined) return { result: "failed", problem: "nothingLive" };
  const content = openFixture(await means.idsOf(place.app), fixture);
  if (content === undefined) return { result: "failed", problem: "unreadable" };
  const { taken, refusal } = await takeCaptured(means, place, content.signedPayload);
  if (taken === undefined) return { result: "failed", problem: "refused", code: refusal.code };
  const simulation = await runSimulation(place, taken, {
    flow: live,
    subscriber: content.subscriber ?? { status: "notFound" },
    stops: withoutPauses(await readStops(means.database.queries, place)),
  });
  return outcomeOf(simulation, fixture.expectation);
}

function outcomeOf(simulation: Simulation, expectation: FixtureExpectation | undefined): Outcome {
  const { evaluation, delivered } = simulation;
  const came = { ...choiceOf(evaluation), ...(delivered && { response: namesOf(delivered) }) };
  if (delivered === undefined) return { ...came, result: "failed", problem: "noAnswer" };
  const isMet = isAsExpected({ ...came, response: namesOf(delivered) }, expectation ?? {});
  return isMet
    ? { ...came, result: "passed" }
    : { ...came, result: "failed", problem: "expectationNotMet" };
}

/** What can be expected of what came. */
type Came = ReturnType<typeof choiceOf> & { readonly response: ReturnType<typeof namesOf> };

function isAsExpected(came: Came, expected: FixtureExpectation): boolean {
  const { response } = came;
  const pairs: readonly (readonly [wanted: string | undefined, got: string | undefined])[] = [
    [expected.source, came.source],
    [expected.rule, came.rule],
    [expected.arm, came.arm],
    [expected.response, response.kind],
    [expected.message, response.message],
    [expected.offerIdentifier, response.offerIdentifier],
  ];
  return pairs.every(([wanted, got]) => wanted === undefined || wanted === got);
}

/** A response that was another at the check before is told, and of what passed makes what changed. */
function comparedWith(
  last: FixtureResult | undefined,
  outcome: Outcome,
): Omit<FixtureResult, "fixture" | "name"> {
  const { response } = outcome;
  if (last?.response === undefined || response === undefined) return outcome;
  if (canonicalJson(last.response) === canonicalJson(response)) return outcome;
  const result = outcome.result === "passed" ? "changed" : outcome.result;
  return { ...outcome, result, before: last.response };
}
