import type { Feature } from "../http/index.ts";
import { compareOperation } from "./compare-operation.ts";
import { fixtureOperations } from "./fixture-operations.ts";
import { simulateOperation } from "./simulate-operation.ts";
import { createFixtureVerifier } from "./fixture-verifier.ts";
import type { SimulatorMeans } from "./simulator-means.ts";

/** What the operations of the simulator need. */
type SimulatorFeatureOptions = Omit<SimulatorMeans, "verifier">;

/** Returns the operations that simulate answers, compare flows over decisions, and keep captured requests. */
export function createSimulatorFeature(options: SimulatorFeatureOptions): Feature {
  const means = { ...options, verifier: createFixtureVerifier(options.now) };
  return {
    operations: [simulateOperation(means), compareOperation(means), ...fixtureOperations(means)],
  };
}
