/**
 * Why provisioning refuses to go on.
 *
 * - `STATE_MALFORMED`: what is kept about Apple is not what Holdfast writes
 * - `STATE_OF_ANOTHER_APP`: what is kept is of another app or environment
 * - `CATALOG_MISSING`: the flow says `products: all`, and which there are is not known
 * - `IMAGE_FILE_MISSING`: the flow names an image file that is not there
 * - `TOO_MANY_MESSAGES`, `TOO_MANY_IMAGES`: Apple would not take that many
 * - `PLAN_OF_ANOTHER_FLOW`: the plan uploads what the flow it is applied with does not have
 * - `NOTHING_TO_EXPORT`: there is no message at Apple a flow could be made of
 */
export type ProvisioningErrorCode =
  | "STATE_MALFORMED"
  | "STATE_OF_ANOTHER_APP"
  | "CATALOG_MISSING"
  | "IMAGE_FILE_MISSING"
  | "TOO_MANY_MESSAGES"
  | "TOO_MANY_IMAGES"
  | "PLAN_OF_ANOTHER_FLOW"
  | "NOTHING_TO_EXPORT";
