import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { desiredContent } from "@holdfast/provisioning";
import type { DesiredContent } from "@holdfast/provisioning";
import type { UsableFlow } from "../load-flow.ts";

/**
 * Returns what a flow that was loaded wants Apple to have.
 *
 * @throws UsageError `CATALOG_MISSING`
 */
export function desiredOf(
  { document, beside, catalog }: Pick<UsableFlow, "document" | "beside" | "catalog">,
  environment: FlowEnvironment,
): DesiredContent {
  return desiredContent(document, environment, {
    products: catalog?.products.map(({ productId }) => productId),
    images: beside.sha256Of,
    bytesOf: beside.bytesOf,
  });
}
