import { AppleApiError } from "@holdfast/appstore/http";
import { readAppleLists } from "../apple/read-apple-content.ts";
import type { AppleContent } from "../apple/apple-content.ts";
import type { MessageItem, PlanItem } from "../plan/plan.ts";
import type { ApplyRun } from "./apply-run.ts";

/** In the sandbox each list may be read once in ten seconds. */
const SANDBOX_INTERVAL_MS = 10_000;

/** Reviews in production take hours or days, so looking more often gains nothing. */
const PRODUCTION_INTERVAL_MS = 5 * 60_000;

/** Returns how often to look for Apple's approval, as far as Apple's rates allow it. */
export function approvalIntervalMs(environment: "sandbox" | "production"): number {
  return environment === "sandbox" ? SANDBOX_INTERVAL_MS : PRODUCTION_INTERVAL_MS;
}

/** Whether a message and its images may be shown. */
type Approval = "approved" | "pending" | "refused";

/** Tells of a message of the flow whether Apple approved it and its images. */
export type Approvals = (messageIdentifier: string) => Approval;

/**
 * Returns what Apple has approved: by the plan where nothing changed since, else by fresh lists; if
 * asked for, looks again until nothing is pending or the time is over. Messages that are still
 * pending, or that Apple has refused meanwhile, are kept in the log.
 *
 * @throws AppleApiError; ApplyEnded when interrupted
 */
export async function awaitApproval(run: ApplyRun): Promise<Approvals> {
  const approvals = await lookUntilDecided(run);
  for (const item of expectedMessages(run)) {
    const approval = approvals(item.identifier);
    if (approval === "pending") run.log.wait(item);
    if (approval === "refused") run.log.skip(item, "Apple rejected it, or an image of it");
  }
  return approvals;
}

async function lookUntilDecided(run: ApplyRun): Promise<Approvals> {
  const { wait, log, sleep, signal, now, progress } = run;
  const expected = expectedMessages(run);
  const countPending = (approvals: Approvals) =>
    expected.filter(({ identifier }) => approvals(identifier) === "pending").length;
  const planned = approvalsByPlan(run.plan.items);
  const canHaveChanged = wait !== undefined || log.hasDone;
  if (countPending(planned) === 0 || !canHaveChanged) return planned;
  await log.begin("review");
  const deadline = now() + (wait?.timeoutMs ?? 0);
  let approvals = planned;
  for (;;) {
    log.assertNotInterrupted();
    const look = await lookOnce(run);
    approvals = look.approvals ?? approvals;
    const pending = countPending(approvals);
    const left = deadline - now();
    if (pending === 0 || wait === undefined || left <= 0) return approvals;
    const nextLookMs = Math.min(Math.max(wait.intervalMs, look.notBefore - now()), left);
    await progress?.({ type: "waiting", pending, nextLookMs });
    await sleep(nextLookMs, signal);
  }
}

interface Look {
  /** Absent when Apple did not answer. */
  readonly approvals?: Approvals;
  /** When Apple lets the next look come, in milliseconds since 1970; 0 when it did not say. */
  readonly notBefore: number;
}

/** While something is waited for, a failure that passes is no reason to stop waiting. */
async function lookOnce({ client, plan, signal, wait }: ApplyRun): Promise<Look> {
  try {
    const lists = await readAppleLists(client, { signal });
    return { approvals: approvalsIn(plan.items, lists), notBefore: 0 };
  } catch (error) {
    const passes = error instanceof AppleApiError && error.retryable;
    if (!passes || wait === undefined) throw error;
    return { notBefore: error.retryAt ?? 0 };
  }
}

/** The messages that are at Apple by now, and that nothing keeps from being approved. */
function expectedMessages({ plan, log }: ApplyRun): readonly MessageItem[] {
  return plan.items.filter(
    (item): item is MessageItem =>
      item.kind === "message" && item.readiness !== "blocked" && !log.hasGivenUp(item),
  );
}

function approvalsByPlan(items: readonly PlanItem[]): Approvals {
  const states = { messages: new Map<string, string>(), images: new Map<string, string>() };
  for (const item of items) {
    if (item.kind === "message") states.messages.set(item.identifier, item.state);
    if (item.kind === "image") states.images.set(item.identifier, item.state);
  }
  return approvalsOf(items, (kind, identifier) => states[kind].get(identifier));
}

function approvalsIn(
  items: readonly PlanItem[],
  { messages, images }: Pick<AppleContent, "messages" | "images">,
): Approvals {
  return approvalsOf(items, (kind, identifier) =>
    kind === "messages" ? messages.get(identifier) : images.get(identifier)?.state,
  );
}

type StateOf = (kind: "messages" | "images", identifier: string) => string | undefined;

function approvalsOf(items: readonly PlanItem[], stateOf: StateOf): Approvals {
  const imagesOf = new Map(
    items.flatMap((item) =>
      item.kind === "message" ? [[item.identifier, item.images] as const] : [],
    ),
  );
  return (identifier) => {
    const images = imagesOf.get(identifier) ?? [];
    const states = [
      stateOf("messages", identifier),
      ...images.map((image) => stateOf("images", image)),
    ];
    if (states.includes("REJECTED")) return "refused";
    return states.every((state) => state === "APPROVED") ? "approved" : "pending";
  };
}
