import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { openState, planChanges, readAppleContent, refreshDefaults } from "@holdfast/provisioning";
import type { DesiredContent, Plan, StateKeeper } from "@holdfast/provisioning";
import type { CommandInput, Io } from "../command.ts";
import type { FileSteps } from "../file-steps.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { loadUsableFlow } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { openRetentionMessaging } from "../storekit/open-retention-messaging.ts";
import { sayProgress } from "../storekit/progress.ts";
import { requireEnvironment } from "../storekit/storekit-options.ts";
import { desiredOf } from "./desired-of-flow.ts";
import { rollbackWindowMsOf } from "./provisioning-options.ts";
import { createStateFile, defaultStateFile } from "./state-file.ts";

/** A flow, and what it is compared with. */
export interface Provisioning {
  readonly flow: UsableFlow;
  readonly desired: DesiredContent;
  readonly client: RetentionMessagingClient;
  readonly state: StateKeeper;
  readonly rollbackWindowMs: number;
}

/**
 * Opens a flow, the state kept for it and Apple's API, as a command line says. Nothing is sent yet.
 *
 * @param files - the steps the state is written in; default: those on the disk
 * @throws FlowRefused `FLOW_INVALID`; UsageError, CredentialsError as their parts do
 */
export async function openProvisioning(
  { arguments: [file = DEFAULT_FLOW_FILE], options }: CommandInput,
  io: Io,
  files?: FileSteps,
): Promise<Provisioning> {
  const environment = requireEnvironment(options);
  const rollbackWindowMs = rollbackWindowMsOf(options);
  const flow = await loadUsableFlow(io, {
    file,
    environment,
    catalogFile: options.text("catalog"),
    strict: options.flag("strict"),
  });
  const { document } = flow;
  const desired = desiredOf(flow, environment);
  const client = await openRetentionMessaging(options, io, { expectedBundleId: document.app });
  const owner = { bundleId: document.app, environment };
  const path = options.text("state") ?? defaultStateFile(owner);
  const state = await openState(createStateFile(io, { path, owner, files }), owner, io.now());
  return { flow, desired, client, state, rollbackWindowMs };
}

/**
 * Reads what Apple has, with `--refresh` its default messages, too, and makes the plan.
 *
 * @throws AppleApiError
 */
export async function makePlan(
  { desired, client, state, rollbackWindowMs }: Provisioning,
  { options }: CommandInput,
  io: Io,
): Promise<Plan> {
  if (options.flag("refresh")) {
    await refreshDefaults(desired.defaults, {
      client,
      state,
      now: io.now,
      signal: io.signal,
      progress: (read, all) => sayProgress(io, `default messages: ${read} of ${all} read`),
    });
  }
  const apple = await readAppleContent(client, { signal: io.signal });
  return planChanges(desired, apple, { state: state.current, now: io.now(), rollbackWindowMs });
}
