import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { CommandInput, ExitCode, Io } from "../command.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { inFlowFile } from "../flow-versions/in-flow-file.ts";
import { parseVersionReference } from "../flow-versions/version-reference.ts";
import { flowInputOf, loadUsableFlow } from "../load-flow.ts";
import { print } from "../output.ts";
import { timeoutMsOf } from "../provisioning/apply-provisioning.ts";
import { findActiveDeployment } from "./deployment.ts";
import type { Deployment } from "./deployment.ts";
import { readRealtimeUrl } from "./deploy-options.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { followDeployment } from "./follow-deployment.ts";
import { readLivePublication } from "./live-publication.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { openPlace } from "./place-options.ts";
import { readExpectedSequence } from "./publish-options.ts";
import { findTarget } from "./publish-target.ts";
import type { PublishTarget } from "./publish-target.ts";
import { renderDeployment } from "./render-deployment.ts";

/**
 * Brings a flow's file, saved as a version first, or a saved version live through a control plane, which
 * does at Apple what that needs, and follows it. What is under way for this very version is followed.
 *
 * @throws ControlCallError `CONFLICT`, `APPROVAL_REQUIRED`; FlowRefused `FLOW_INVALID`; UsageError
 */
export async function deployThroughControl(input: CommandInput, io: Io): Promise<ExitCode> {
  const { arguments: files, options } = input;
  refuseLocalOptions(input);
  const named = options.text("version");
  const version = named === undefined ? undefined : parseVersionReference(named, "--version");
  const note = options.text("note");
  const realtimeURL = readRealtimeUrl(options, io);
  const flow =
    version === undefined
      ? await loadUsableFlow(io, flowInputOf(files[0] ?? DEFAULT_FLOW_FILE, options))
      : undefined;
  const { server, ...place } = await openPlace(input, io);
  const target = await findTarget(place, { version, note, flow }, io);
  const begun = await begin(place, target, { input, note, realtimeURL }).catch(
    async (error: unknown) => {
      const shown = flow === undefined ? error : inFlowFile(error, flow);
      throw await explainRefusal(shown, place, target.version);
    },
  );
  const follow = { isReviewAwaited: options.flag("wait"), timeoutMs: timeoutMsOf(options) };
  const isFollowed = !options.flag("detach");
  const deployment = isFollowed ? await followDeployment(place, begun, follow, io) : begun;
  print(input, io, {
    json: { server, saved: target.saved ?? null, deployment },
    table: () => renderDeployment(deployment, io),
  });
  return isFollowed ? exitCodeOf(deployment) : 0;
}

/** Pruning cannot be taken back, and the control plane does none. */
function refuseLocalOptions({ arguments: [file], options }: CommandInput): void {
  if (options.flag("prune")) {
    const message = "--prune: expected --data, for a control plane deletes nothing while deploying";
    throw new UsageError("OPTION_INVALID", message);
  }
  if (file !== undefined && options.text("version") !== undefined) {
    throw new UsageError("OPTION_INVALID", `expected a file or --version, got both: ${file}`);
  }
}

interface Wanted {
  readonly input: CommandInput;
  readonly note: string | undefined;
  readonly realtimeURL: string | undefined;
}

async function begin(
  place: PlaceAtControl,
  { version }: PublishTarget,
  { input: { options }, note, realtimeURL }: Wanted,
): Promise<Deployment> {
  const active = await findActiveDeployment(place);
  if (active?.version === version) return active;
  const live = await readLivePublication(place);
  const { client, app, environment } = place;
  const { body } = await client.call(routes.createDeployment, {
    params: { app, environment },
    body: {
      version,
      expectedSequence: readExpectedSequence(options) ?? live?.sequence ?? 0,
      publishWhen: options.flag("publishable") ? "publishable" : "everythingApproved",
      setDefaults: options.flag("defaults"),
      ...(realtimeURL === undefined ? {} : { realtimeURL }),
      ...(note === undefined ? {} : { note }),
    },
  });
  return body;
}

function exitCodeOf({ state }: Deployment): ExitCode {
  if (state === "live") return 0;
  return state === "failed" || state === "cancelled" ? 1 : 5;
}
