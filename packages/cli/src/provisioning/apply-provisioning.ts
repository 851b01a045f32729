import { PolicyError, UsageError } from "@holdfast/appstore/errors";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import {
  applyPlan,
  approvalIntervalMs,
  describeItem,
  describeOrphan,
} from "@holdfast/provisioning";
import type {
  ApplyEvent,
  ApplyOptions,
  ApplyOutcome,
  ApplyResult,
  Plan,
} from "@holdfast/provisioning";
import type { CommandInput, ExitCode, Io, Options, OptionSpec } from "../command.ts";
import { parseDurationMs, sayDuration } from "../storekit/duration.ts";
import { recordEndpointChange } from "../storekit/endpoint-history.ts";
import { sayProgress } from "../storekit/progress.ts";
import type { Provisioning } from "./open-provisioning.ts";

const DEFAULT_TIMEOUT = "1h";

/** What `apply` and `deploy` take beside what `plan` takes. */
export const APPLY_OPTIONS: readonly OptionSpec[] = [
  { flags: "--wait", description: "wait until Apple has approved everything" },
  {
    flags: "--timeout <duration>",
    description: `how long to wait, like 30m (default: ${DEFAULT_TIMEOUT})`,
  },
  {
    flags: "--prune",
    description:
      "delete what is at Apple and not wanted, but nothing that is in use or was within the rollback window; needs --confirm",
  },
  { flags: "--confirm", description: "say that pruning is meant" },
];

/** The exit code of each way applying ends. */
const EXIT_CODE_OF: Readonly<Record<ApplyOutcome, ExitCode>> = {
  complete: 0,
  failed: 1,
  waiting: 5,
  interrupted: 130,
};

/** Returns the exit code of a result. */
export function exitCodeOfApply({ outcome }: ApplyResult): ExitCode {
  return EXIT_CODE_OF[outcome];
}

/**
 * Checks before anything is sent what the options of `apply` and `deploy` say.
 *
 * @throws PolicyError `READ_ONLY`
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`
 */
export function checkApplyOptions(options: Options): void {
  if (options.flag("read-only")) {
    const message =
      "applying changes what Apple has, and --read-only is on; plan shows what it would do";
    throw new PolicyError("READ_ONLY", message);
  }
  if (options.flag("prune") && !options.flag("confirm")) {
    const message = "--prune needs --confirm: what is deleted at Apple cannot be brought back";
    throw new UsageError("OPTION_MISSING", message);
  }
  timeoutMsOf(options);
}

/** What a plan is carried out with beside what was opened. */
export interface ApplyMeans extends Pick<ApplyOptions, "publish"> {
  readonly input: CommandInput;
  readonly io: Io;
}

/** Carries a plan out as a command line says; after Ctrl-C it tells what was done. */
export async function applyProvisioning(
  plan: Plan,
  { flow, desired, client, state, rollbackWindowMs }: Provisioning,
  { input: { options }, io, publish }: ApplyMeans,
): Promise<ApplyResult> {
  const wait = {
    timeoutMs: timeoutMsOf(options),
    intervalMs: approvalIntervalMs(plan.environment),
  };
  return applyPlan(plan, {
    client,
    desired,
    state,
    name: flow.file,
    now: io.now,
    sleep: (ms, signal) => io.sleep(ms, signal).catch((error) => rethrowUnlessAborted(error, io)),
    signal: io.signal,
    changeRealtimeUrl: changeRealtimeUrl(client, io),
    publish,
    progress(event) {
      // What is done in a step says enough.
      if (event.type !== "step") sayProgress(io, sayEvent(event));
    },
    ...(options.flag("wait") ? { wait } : {}),
    ...(options.flag("prune") ? { prune: { rollbackWindowMs } } : {}),
  });
}

/** So that `endpoint history` shows it and `endpoint restore` takes it back. */
function changeRealtimeUrl(
  { bundleId, environment, baseUrl }: RetentionMessagingClient,
  io: Io,
): NonNullable<ApplyOptions["changeRealtimeUrl"]> {
  return (change, make) => {
    const at = new Date(io.now()).toISOString();
    const place = { bundleId, environment, baseUrl };
    return recordEndpointChange(io, { at, ...place, action: "set", ...change }, make);
  };
}

/**
 * Returns how long {@link APPLY_OPTIONS} say to wait, in ms.
 *
 * @throws UsageError `OPTION_INVALID`
 */
export function timeoutMsOf(options: Options): number {
  return parseDurationMs(options.text("timeout") ?? DEFAULT_TIMEOUT, "--timeout");
}

/** A sleep that was interrupted is over; applying looks at the signal itself. */
function rethrowUnlessAborted(error: unknown, { signal }: Io): void {
  if (!signal.aborted) throw error;
}

function sayEvent(event: Exclude<ApplyEvent, { readonly type: "step" }>): string {
  switch (event.type) {
    case "done":
      return `done: ${describeItem(event.item).join(" ")}`;
    case "failed":
      return `failed: ${describeItem(event.failure.item).join(" ")}: ${event.failure.message}`;
    case "pruned":
      return `deleted: ${describeOrphan(event.orphan).join(" ")}`;
    case "waiting":
      return `${event.pending} messages wait for Apple's approval; next look in ${sayDuration(event.nextLookMs)}`;
  }
}
