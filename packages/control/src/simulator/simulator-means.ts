import type { SignedDataVerifier } from "@holdfast/appstore/signed-data";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import type { FlowMeans } from "../flows/index.ts";
import type { FindSubscriptionIds } from "../subscribers/index.ts";

/** What the simulator and fixtures need. */
export interface SimulatorMeans extends FlowMeans {
  /** Of its own: made-up chains must not use up what verifies Apple's notifications. */
  readonly verifier: SignedDataVerifier;
  readonly idsOf: FindSubscriptionIds;
  /** Opens the ids in decision records. */
  readonly runtimeKeys: Pick<RuntimeKeys, "decisionSeal">;
}
