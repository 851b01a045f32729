/**
 * Why provisioning refuses to go on.
 *
 * - `STATE_MALFORMED`: what is kept about Apple is not what Holdfast writes
 * - `STATE_OF_ANOTHER_APP`: what is kept is of another app or environment
 * - `CATALOG_MISSING`: the flow says `products: all`, and which there are is not known
 * - `IMAGE_FILE_MISSING`: the flow names an image file that is not there
 * - `PLAN_BLOCKED`: carrying the plan out would run into a limit of Apple's
 * - `NOTHING_TO_EXPORT`: there is no message at Apple a flow could be made of
 */
export type ProvisioningErrorCode =
  | "STATE_MALFORMED"
  | "STATE_OF_ANOTHER_APP"
  | "CATALOG_MISSING"
  | "IMAGE_FILE_MISSING"
  | "PLAN_BLOCKED"
  | "NOTHING_TO_EXPORT";
