import { AppleApiError } from "@holdfast/appstore/http";
import { normalizeReviewState } from "@holdfast/appstore/retention-messaging";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import type { DesiredContent } from "@holdfast/provisioning";
import type { Io } from "../command.ts";
import { fine, flawed, skipped } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import { sayPlace } from "../storekit/base-url.ts";
import { MESSAGES } from "../storekit/reviewed-kind.ts";

/** Whether Apple lets us in, and what it has of the flow's messages. */
export interface CheckedAccess {
  readonly findings: readonly Finding[];
  readonly isGranted: boolean;
}

/** Reads the list of messages, and holds it against what the flow wants. */
export async function checkAccess(
  client: RetentionMessagingClient,
  desired: DesiredContent | undefined,
  { signal }: Pick<Io, "signal">,
): Promise<CheckedAccess> {
  try {
    const { items } = await MESSAGES.fetchList(client, { signal });
    const states = new Map(
      items.map(({ identifier, state }) => [identifier, normalizeReviewState(state)]),
    );
    const place = sayPlace(client.baseUrl);
    const said = `Apple lists ${items.length} messages in ${client.environment}${place}`;
    return {
      isGranted: true,
      findings: [fine("ACCESS", said), judgeMessages(states, desired)],
    };
  } catch (error) {
    if (!(error instanceof AppleApiError) || error.code === "REQUEST_ABORTED") throw error;
    return { isGranted: false, findings: [flawed("fail", "ACCESS", describeFailure(error))] };
  }
}

/** Says in words what a failed call means here. */
export function describeFailure(error: AppleApiError): {
  readonly message: string;
  readonly advice: string;
} {
  const advice = error.advice ?? "check the network, and try again later";
  return { message: `${error.code}: ${error.message}`, advice };
}

function judgeMessages(
  states: ReadonlyMap<string, string>,
  desired: DesiredContent | undefined,
): Finding {
  if (desired === undefined) return skipped("MESSAGES", "without a flow nothing is wanted");
  const { messages, environment } = desired;
  const count = (wanted: string | undefined) =>
    messages.filter(({ identifier }) => states.get(identifier) === wanted).length;
  const [approved, missing, rejected] = [count("APPROVED"), count(undefined), count("REJECTED")];
  const waiting = messages.length - approved - missing - rejected;
  const said = `${approved} of ${messages.length} texts of the flow are approved, ${waiting} wait, ${rejected} are rejected, ${missing} are not uploaded`;
  if (approved === messages.length) return fine("MESSAGES", said);
  const advice =
    missing > 0
      ? `upload them: holdfast apply --environment ${environment}`
      : "wait for the review; change what was rejected, or raise its revision";
  return flawed("warn", "MESSAGES", { message: said, advice });
}
