import type { Feature } from "../http/index.ts";
import type { Queries } from "../storage/index.ts";
import { draftsOperations } from "./drafts-operations.ts";
import type { FlowsFeatureOptions } from "./flows-feature-options.ts";
import { imageFilesOperations } from "./image-files-operations.ts";
import { versionsOperations } from "./versions-operations.ts";

/** Returns the operations on drafts, versions, approvals and image files. */
export function createFlowsFeature(options: FlowsFeatureOptions): Feature {
  return {
    operations: [
      ...draftsOperations(options),
      ...imageFilesOperations(options),
      ...versionsOperations(options),
    ],
  };
}

/** Deletes everything flows have of an app. */
export async function deleteFlowsOfApp(queries: Queries, app: string): Promise<void> {
  for (const table of ["flow_approvals", "flow_versions", "flow_drafts", "flow_images"] as const) {
    await queries.deleteFrom(table).where("app", "=", app).execute();
  }
}
