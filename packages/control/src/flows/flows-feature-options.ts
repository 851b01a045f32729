import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Queries } from "../storage/index.ts";
import type { FlowMeans } from "./flow-means.ts";

/** What the operations on flows need. */
export interface FlowsFeatureOptions extends FlowMeans {
  /** Returns the version that is live; undefined before the first publication. Publishing's `liveVersion`. */
  readonly liveVersion: (
    queries: Queries,
    place: { readonly app: string; readonly environment: FlowEnvironment },
  ) => Promise<number | undefined>;
}
