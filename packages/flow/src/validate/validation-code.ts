/**
 * What can be wrong with a flow that is right in shape. Severity in brackets where it is no error.
 *
 * Names:
 * - `UNKNOWN_MESSAGE`, `UNKNOWN_PRODUCT`, `UNKNOWN_OFFER`, `UNKNOWN_LOCALE`, `UNKNOWN_ATTRIBUTE`,
 *   `UNKNOWN_ROLLOUT`, `UNKNOWN_EXPERIMENT`, `UNKNOWN_SUBSCRIPTION_GROUP`: leads nowhere
 * - `UNKNOWN_RULE` [warning]: history of a rule that is not in the flow
 * - `DUPLICATE_NAME`: two rules, arms or experiments of one name
 * - `DUPLICATE_IDENTIFIER`: one `id` for different texts
 * - `UNUSED_MESSAGE` [note]: nothing uses it
 * - `APP_MISMATCH`: the catalog is another app's
 *
 * Rules:
 * - `PRIORITY_TIE`, `PRIORITY_MIXED`: priorities that give no order
 * - `SCHEDULE_EMPTY`: ends before it starts
 * - `UNREACHABLE_RULE`: can never hold, or an earlier rule always does
 * - `WEIGHT_INVALID`: a weight that is no positive integer, or weights that sum up to too much
 * - `EXCLUSION_RANGE`: an empty or overlapping share of an exclusion group
 * - `DEFERS_TO_APPLE` [note]: answers with a deliberate 503
 * - `WEIGHTS_CHANGED` [warning]: a running experiment's arms changed, which reshuffles people
 * - `TRAFFIC_LOWERED` [warning]: people leave a running experiment
 * - `ATTRIBUTE_RARELY_KNOWN` [warning]: a rule that hangs on what is hardly ever known
 *
 * Conditions:
 * - `TEST_EMPTY`: no operator, or history of nothing
 * - `OPERATOR_NOT_FOR_TYPE`, `VALUE_NOT_FOR_TYPE`: do not suit the attribute's type
 * - `VALUE_NOT_POSSIBLE`: a value the attribute never has
 *
 * Responses:
 * - `OFFER_NOT_FOR_PRODUCT`: the offer is another product's
 * - `SWITCH_OUTSIDE_GROUP`, `SWITCH_TO_SAME_PRODUCT`: an alternate product Apple would refuse
 * - `IMAGE_NOT_ALLOWED`: image or bullets in a message used for an offer or a switch
 * - `PRODUCT_NOT_IN_MAP` [warning]: the rule can hold for a product its response does not name
 * - `BILLING_PLAN_UNKNOWN` [warning]: neither BILLED_UPFRONT nor MONTHLY
 *
 * Texts:
 * - `TEXT_TOO_LONG`: over Apple's limit
 * - `TEXT_MAY_BE_REFUSED` [warning]: emoji or control characters
 * - `TOO_MANY_BULLETS`: more than five; how many Apple takes is not documented
 * - `HEADER_POSITION_NEEDS_IMAGE`: ABOVE_IMAGE without an image
 * - `DEFAULT_LOCALE_MISSING`: no text for the default locale
 * - `IMAGE_PATH`: leads out of the document's folder
 * - `IMAGE_NOT_FOUND`: there is no such file
 *
 * What Apple has:
 * - `NO_APPROVED_TEXT`: nothing of a needed message may be sent [warning in sandbox]
 * - `TEXT_NOT_APPROVED` [warning]: compiled out until Apple approves it
 * - `DEFAULT_MISSING` [warning]: a product and locale without a default message
 * - `REALTIME_URL_INVALID`: not one Apple can ask
 * - `REALTIME_URL_SHARED` [warning]: one URL for both environments
 */
export type ValidationIssueCode =
  | "UNKNOWN_MESSAGE"
  | "UNKNOWN_PRODUCT"
  | "UNKNOWN_OFFER"
  | "UNKNOWN_LOCALE"
  | "UNKNOWN_ATTRIBUTE"
  | "UNKNOWN_ROLLOUT"
  | "UNKNOWN_EXPERIMENT"
  | "UNKNOWN_SUBSCRIPTION_GROUP"
  | "UNKNOWN_RULE"
  | "DUPLICATE_NAME"
  | "DUPLICATE_IDENTIFIER"
  | "UNUSED_MESSAGE"
  | "APP_MISMATCH"
  | "PRIORITY_TIE"
  | "PRIORITY_MIXED"
  | "SCHEDULE_EMPTY"
  | "UNREACHABLE_RULE"
  | "WEIGHT_INVALID"
  | "EXCLUSION_RANGE"
  | "DEFERS_TO_APPLE"
  | "WEIGHTS_CHANGED"
  | "TRAFFIC_LOWERED"
  | "ATTRIBUTE_RARELY_KNOWN"
  | "TEST_EMPTY"
  | "OPERATOR_NOT_FOR_TYPE"
  | "VALUE_NOT_FOR_TYPE"
  | "VALUE_NOT_POSSIBLE"
  | "OFFER_NOT_FOR_PRODUCT"
  | "SWITCH_OUTSIDE_GROUP"
  | "SWITCH_TO_SAME_PRODUCT"
  | "IMAGE_NOT_ALLOWED"
  | "PRODUCT_NOT_IN_MAP"
  | "BILLING_PLAN_UNKNOWN"
  | "TEXT_TOO_LONG"
  | "TEXT_MAY_BE_REFUSED"
  | "TOO_MANY_BULLETS"
  | "HEADER_POSITION_NEEDS_IMAGE"
  | "DEFAULT_LOCALE_MISSING"
  | "IMAGE_PATH"
  | "IMAGE_NOT_FOUND"
  | "NO_APPROVED_TEXT"
  | "TEXT_NOT_APPROVED"
  | "DEFAULT_MISSING"
  | "REALTIME_URL_INVALID"
  | "REALTIME_URL_SHARED";
