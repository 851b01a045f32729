import { areImagesApproved } from "../world/defaults.ts";
import { isLowercaseUuid } from "../world/limits.ts";
import type { StoredMessage } from "../world/world.ts";
import type { AnswerMember } from "./answer-member.ts";
import type { Findings, JudgeContext } from "./verdict.ts";

/** Judges the message an answer names, as it may be used in that member. */
export function judgeMessage(
  { name, fields }: AnswerMember,
  { world }: JudgeContext,
  findings: Findings,
): void {
  const { messageIdentifier } = fields;
  if (typeof messageIdentifier !== "string") {
    findings.break("MESSAGE_IDENTIFIER_MISSING");
    return;
  }
  if (!isLowercaseUuid(messageIdentifier)) {
    findings.break("MESSAGE_IDENTIFIER_NOT_LOWERCASE_UUID");
    return;
  }
  const message = world.messages.get(messageIdentifier);
  if (message === undefined) {
    findings.break("MESSAGE_UNKNOWN", messageIdentifier);
    return;
  }
  if (message.state !== "APPROVED") findings.break("MESSAGE_NOT_APPROVED", message.state);
  if (name === "message") {
    if (!areImagesApproved(world, message)) findings.break("IMAGE_NOT_APPROVED");
  } else {
    judgeBareness(name === "advancedCommerceInfo", message, findings);
  }
}

/** Only `message` may have pictures; of `advancedCommerceInfo` that is UNCONFIRMED. */
function judgeBareness(isTolerated: boolean, message: StoredMessage, findings: Findings): void {
  const hasImage = message.image !== undefined;
  const hasBulletPoints = message.bulletPoints !== undefined && message.bulletPoints.length > 0;
  if (isTolerated) {
    if (hasImage || hasBulletPoints) findings.warn("ADVANCED_COMMERCE_IMAGE");
    return;
  }
  if (hasImage) findings.break("IMAGE_FORBIDDEN");
  if (hasBulletPoints) findings.break("BULLET_POINTS_FORBIDDEN");
}
