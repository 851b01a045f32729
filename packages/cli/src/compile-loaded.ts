import { compileFlow } from "@holdfast/flow/compile";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { UsableFlow } from "./load-flow.ts";

/** Compiles a flow that was loaded, with the catalog, images and review states it was checked with. */
export function compileLoaded(flow: UsableFlow, environment: FlowEnvironment): Snapshot {
  const { document, catalog, reviewStates, positions, beside } = flow;
  const images = beside.sha256Of;
  return compileFlow(document, { environment, catalog, reviewStates, images, positions });
}
