import { fine, flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import type { JudgedAnswer } from "./judge-answer.ts";

/**
 * Holds the messages of answers against those that are approved where requests were from. What Apple does
 * with an answer that names another message is UNCONFIRMED; it cannot show it. A warning, for the
 * endpoint's texts may be at Apple alone.
 *
 * @param approved - identifiers
 */
export function judgeMessages(
  answers: readonly JudgedAnswer[],
  approved: ReadonlySet<string>,
): Finding {
  const named = answers.flatMap(({ messageIdentifier }) => messageIdentifier ?? []);
  const unknown = named.filter((identifier) => !approved.has(identifier));
  if (unknown.length === 0) {
    return fine("MESSAGES", "all messages of answers are approved in the local App Store");
  }
  const message = `${unknown.length} of ${named.length} answers name a message that is not approved in the local App Store`;
  const advice =
    "performance tests would fail: upload what the endpoint answers with to the local App Store, with holdfast apply";
  return flawed("warn", "MESSAGES", { message, advice });
}
