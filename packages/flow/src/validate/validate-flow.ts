import type { FlowIssue } from "../document/flow-issue.ts";
import type { FlowDocument } from "../document/flow-schema.ts";
import { checkApprovals } from "./check-approvals.ts";
import { checkChanges } from "./check-changes.ts";
import { checkConditions } from "./check-conditions.ts";
import { checkDefaults } from "./check-defaults.ts";
import { checkKnownShares } from "./check-known-shares.ts";
import { checkNames } from "./check-names.ts";
import { checkReachability } from "./check-reachability.ts";
import { checkRealtimeUrl } from "./check-realtime-url.ts";
import { checkResponses } from "./check-responses.ts";
import { checkRules } from "./check-rules.ts";
import { checkTexts } from "./check-texts.ts";
import { Validation } from "./validation.ts";
import type { ValidateOptions } from "./validation.ts";
import type { ValidationIssueCode } from "./validation-code.ts";

/**
 * Returns everything that is wrong with a flow, all at once, in the order of the places. What is
 * not passed is not checked: without a catalog no product, without review states no approval.
 */
export function validateFlow(
  document: FlowDocument,
  options: ValidateOptions = {},
): readonly FlowIssue<ValidationIssueCode>[] {
  const validation = new Validation(document, options);
  checkNames(validation);
  checkRules(validation);
  checkConditions(validation);
  checkResponses(validation);
  checkTexts(validation);
  checkReachability(validation);
  checkRealtimeUrl(validation);
  checkDefaults(validation);
  checkApprovals(validation);
  checkChanges(validation);
  checkKnownShares(validation);
  return validation.issues;
}
