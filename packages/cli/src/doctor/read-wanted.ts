import { CodedError } from "@holdfast/appstore/errors";
import type { ApiEnvironment } from "@holdfast/appstore/retention-messaging/client";
import type { DesiredContent, ProvisioningState } from "@holdfast/provisioning";
import type { Io, Options } from "../command.ts";
import { flawed } from "../findings/finding.ts";
import type { Finding } from "../findings/finding.ts";
import type { UsableFlow } from "../load-flow.ts";
import { desiredOf } from "../provisioning/desired-of-flow.ts";
import { createStateFile, defaultStateFile } from "../provisioning/state-file.ts";

/** What a flow wants, or why that cannot be said. */
export interface ReadDesired {
  readonly desired: DesiredContent | undefined;
  readonly problem: readonly Finding[];
}

/** Reads what a flow wants Apple to have; a catalog or an image can be missing. */
export function readDesired(
  flow: UsableFlow | undefined,
  environment: ApiEnvironment,
): ReadDesired {
  if (flow === undefined) return { desired: undefined, problem: [] };
  try {
    return { desired: desiredOf(flow, environment), problem: [] };
  } catch (error) {
    return { desired: undefined, problem: [problemOf("CONTENT", error)] };
  }
}

/** What is known of what Apple has, or why that cannot be said. */
export interface ReadState {
  readonly state: ProvisioningState | undefined;
  readonly problem: readonly Finding[];
}

/** Reads the state file of `--state`, or the one `holdfast apply` keeps for the flow. */
export async function readState(
  desired: DesiredContent | undefined,
  options: Options,
  io: Io,
): Promise<ReadState> {
  if (desired === undefined) return { state: undefined, problem: [] };
  const { bundleId, environment } = desired;
  const owner = { bundleId, environment };
  const file = options.text("state") ?? defaultStateFile(owner);
  try {
    return { state: await createStateFile(io, { path: file, owner }).read(), problem: [] };
  } catch (error) {
    return { state: undefined, problem: [problemOf("STATE", error)] };
  }
}

function problemOf(code: string, error: unknown): Finding {
  if (!(error instanceof CodedError)) throw error;
  const advice = "mend what the message names, then look again";
  return flawed("fail", code, { message: `${String(error.code)}: ${error.message}`, advice });
}
