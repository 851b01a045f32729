import type { FlowDocument } from "@holdfast/flow/document";
import type { Queries } from "../storage/index.ts";
import { documentOf } from "./check-content.ts";
import { listVersions, readVersion } from "./versions.ts";

/** Returns the document of an app's newest version; undefined where there is none that can still be read. */
export async function newestDocument(
  queries: Queries,
  app: string,
): Promise<FlowDocument | undefined> {
  const [newest] = await listVersions(queries, app, { limit: 1 });
  if (newest === undefined) return undefined;
  return documentOf((await readVersion(queries, newest)).content);
}
