import { effectiveFlow } from "@holdfast/flow/compile";
import type { FlowDocument } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { DesiredContent, DesiredOptions } from "./content.ts";
import { desiredDefaults } from "./desired-defaults.ts";
import { desiredTexts } from "./desired-texts.ts";

/**
 * Returns what a flow wants Apple to have in one environment, its overlay applied. The same content
 * has the same identifier, so it is there once however often the flow uses it.
 *
 * @throws UsageError `CATALOG_MISSING`, `IMAGE_FILE_MISSING`
 */
export function desiredContent(
  document: FlowDocument,
  environment: FlowEnvironment,
  options: DesiredOptions,
): DesiredContent {
  const flow = effectiveFlow(document, environment);
  const { realtimeUrl } = flow;
  return {
    bundleId: document.app,
    environment,
    ...desiredTexts(flow, options),
    defaults: desiredDefaults(flow, options),
    ...(realtimeUrl === undefined ? {} : { realtimeUrl }),
  };
}
