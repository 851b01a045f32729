export { fixtureJob } from "./fixture-job.ts";
export type { FixtureJobOptions } from "./fixture-job.ts";
export { eraseFixtures } from "./fixtures.ts";
export { createSimulatorFeature } from "./simulator-feature.ts";
