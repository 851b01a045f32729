import type { AppleApiError } from "@holdfast/appstore/http";
import type { DefaultItem } from "../plan/plan.ts";
import { isChange } from "../plan/plan.ts";
import { recordDefault } from "../state/record-default.ts";
import type { ApplyRun } from "./apply-run.ts";
import type { Approvals } from "./await-approval.ts";

/** Apple's numbers for "the message is not approved" and "its image is not approved". */
const NOT_APPROVED: ReadonlySet<number | undefined> = new Set([4030017, 4030018]);

/** Sets the default messages that are not as wanted, and remembers each as soon as it is set. */
export async function setDefaults(run: ApplyRun, approvals: Approvals): Promise<void> {
  const { plan, log, beforeApproval } = run;
  const changes = plan.items.filter((item) => item.kind === "default").filter(isChange);
  if (changes.length === 0) return;
  if (beforeApproval === "nothing" && log.hasWaiting) {
    for (const item of changes) log.wait(item);
    return;
  }
  await log.begin("defaults");
  const messages = new Map(
    plan.items.flatMap((item) =>
      item.kind === "message" ? [[item.identifier, item] as const] : [],
    ),
  );
  for (const item of changes) {
    const message = messages.get(item.messageIdentifier);
    const approval = approvals(item.messageIdentifier);
    const obstacle = obstacleOf(item, {
      isRefused: approval === "refused",
      isGivenUp: message !== undefined && log.hasGivenUp(message),
    });
    if (obstacle !== undefined) log.skip(item, obstacle);
    else if (approval === "pending") log.wait(item);
    else await log.attempt(item, () => setDefault(run, item), isNotApproved);
  }
}

/** Why a default message cannot be set, now or ever. */
function obstacleOf(
  { readiness }: DefaultItem,
  { isRefused, isGivenUp }: { readonly isRefused: boolean; readonly isGivenUp: boolean },
): string | undefined {
  if (readiness === "blocked") return "its message cannot be shown";
  if (isRefused) return "Apple rejected its message, or an image of it";
  return isGivenUp ? "its message could not be uploaded" : undefined;
}

/** The lists may say so a moment before the rest of Apple's service does. */
function isNotApproved({ errorCode }: AppleApiError): boolean {
  return NOT_APPROVED.has(errorCode);
}

async function setDefault(
  { client, state, now, signal }: ApplyRun,
  { productId, locale, messageIdentifier }: DefaultItem,
): Promise<void> {
  const place = { productId, locale };
  await client.configureDefaultMessage(place, messageIdentifier, { signal });
  await state.update((before) =>
    recordDefault(before, { ...place, messageIdentifier, at: now(), from: "written" }),
  );
}
