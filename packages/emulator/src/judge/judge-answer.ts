import type { RealtimeResponseBody } from "@holdfast/appstore/retention-messaging";
import type { HttpAnswer } from "../realtime/http-answer.ts";
import type { SendAttemptResult } from "../realtime/send-attempt-result.ts";
import { judgeAdvancedCommerce } from "./advanced-commerce-rules.ts";
import { judgeAlternateProduct } from "./alternate-product-rules.ts";
import { type AnswerMember, readAnswerMember, warnOfUnknown } from "./answer-member.ts";
import { judgeContentType } from "./content-type.ts";
import { judgeMessage } from "./message-rules.ts";
import { judgePromotionalOffer } from "./promotional-offer-rules.ts";
import { Findings, type JudgeContext, type Verdict } from "./verdict.ts";

/**
 * Returns what Apple makes of `answer`: every rule it breaks, by name. Without a status of 200 and a
 * charset Apple reads, the body is not looked at. Changes nothing: remembering an accepted offer's
 * nonce is the caller's.
 */
export async function judgeAnswer(answer: HttpAnswer, context: JudgeContext): Promise<Verdict> {
  const findings = new Findings();
  if (answer.status !== 200) {
    findings.break("STATUS_NOT_200", String(answer.status));
    return conclude(findings, "UNSUCCESSFUL_HTTP_RESPONSE_CODE");
  }
  judgeContentType(answer.contentType, findings);
  if (findings.broken.length > 0) return conclude(findings, "UNSUPPORTED_CHARSET");
  const member = readAnswerMember(answer.body, findings);
  if (member === undefined) return conclude(findings, "INVALID_RESPONSE");
  judgeMessage(member, context, findings);
  const nonce = await judgeMember(member, context, findings);
  // That Apple counts an answer it cannot use as INVALID_RESPONSE, and not as a success it then
  // ignores, is INFERRED.
  if (findings.broken.length > 0) return conclude(findings, "INVALID_RESPONSE");
  return {
    ...conclude(findings, "SUCCESS"),
    // Every member was just checked against Apple's shape of it.
    response: { [member.name]: member.fields } as unknown as RealtimeResponseBody,
    ...(nonce === undefined ? {} : { nonce }),
  };
}

/** Judges what stands beside the message; returns an offer's nonce. */
async function judgeMember(
  { name, fields }: AnswerMember,
  context: JudgeContext,
  findings: Findings,
): Promise<string | undefined> {
  if (name === "promotionalOffer") return judgePromotionalOffer(fields, context, findings);
  if (name === "message") warnOfUnknown(fields, ["messageIdentifier"], findings);
  if (name === "alternateProduct") judgeAlternateProduct(fields, context, findings);
  if (name === "advancedCommerceInfo") judgeAdvancedCommerce(fields, context, findings);
  return undefined;
}

function conclude(findings: Findings, outcome: SendAttemptResult): Verdict {
  const { broken, warnings } = findings;
  return { outcome, accepted: outcome === "SUCCESS", broken, warnings };
}
