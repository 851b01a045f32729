import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import { parseFlow } from "@holdfast/flow/document";
import { hasChanges } from "@holdfast/provisioning";
import type { Plan } from "@holdfast/provisioning";
import type { CommandInput, ExitCode, Io, OptionSpec, Options } from "../command.ts";
import { APP_OPTION } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS } from "../control-plane/open-control.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { contentOf } from "../flow-versions/flow-content.ts";
import { inFlowFile } from "../flow-versions/in-flow-file.ts";
import { parseVersionReference, readReferred } from "../flow-versions/version-reference.ts";
import type { VersionReference } from "../flow-versions/version-reference.ts";
import { flowInputOf, loadUsableFlow } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { print } from "../output.ts";
import { renderPlan } from "../provisioning/render-plan.ts";
import type { PlaceAtControl } from "./live-publication.ts";
import { openPlace } from "./place-options.ts";

/** What planning takes for a control plane. */
export const CONTROL_PLAN_OPTIONS: readonly OptionSpec[] = [
  {
    ...APP_OPTION,
    description: "our id of the app: ask its control plane, in place of Apple from here",
    required: false,
  },
  ...CONTROL_OPTIONS,
  {
    flags: "--version <version>",
    description: "with --app: a saved version instead of the file: its number, latest or live",
  },
];

/** Tells whether a command line means the control plane: who plans from here names no app of ours. */
export function isControlMeant(options: Options): boolean {
  return ["app", "server", "version"].some((name) => (options.text(name) ?? "") !== "");
}

/**
 * Shows what a control plane would do at Apple for a flow's file, which is not saved by that, or for a
 * saved version.
 *
 * @throws FlowRefused `FLOW_INVALID`; CommandFailed `NOTHING_SAVED`, `NOTHING_LIVE`; ControlCallError
 */
export async function planThroughControl(input: CommandInput, io: Io): Promise<ExitCode> {
  const { arguments: files, options } = input;
  const named = options.text("version");
  const [file] = files;
  if (file !== undefined && named !== undefined) {
    throw new UsageError("OPTION_INVALID", `expected a file or --version, got both: ${file}`);
  }
  const reference = named === undefined ? undefined : parseVersionReference(named, "--version");
  const flow =
    reference === undefined
      ? await loadUsableFlow(io, flowInputOf(file ?? DEFAULT_FLOW_FILE, options))
      : undefined;
  const { server, ...place } = await openPlace(input, io);
  const planned =
    flow === undefined
      ? await planVersion(place, reference ?? "latest")
      : await planFile(place, flow);
  const { plan, version = null } = planned;
  print(input, io, {
    json: { ...plan, server, app: place.app, version },
    table: () => {
      const what = version === null ? "" : `, version ${version}`;
      return renderPlan(asPlan(plan), { ...planned, place: `${what}, through ${server}` }, io);
    },
  });
  if (plan.problems.length > 0) return 1;
  return hasChanges(asPlan(plan)) ? 3 : 0;
}

type PlanBody = RouteBody<typeof routes.planDeployment>;

/** A plan, and the text its problems are in. */
interface PlannedFlow extends Pick<UsableFlow, "positions" | "textOf"> {
  readonly plan: PlanBody;
  /** The number of the version that was planned; absent for a file. */
  readonly version?: number;
}

async function planFile(
  { client, app, environment }: PlaceAtControl,
  flow: UsableFlow,
): Promise<PlannedFlow> {
  const { source, files, images } = contentOf(flow);
  const params = { app, environment };
  const { body } = await client
    .call(routes.planDeployment, { params, body: { source, files, images } })
    .catch((error: unknown) => {
      throw inFlowFile(error, flow);
    });
  const { positions, textOf } = flow;
  return { plan: body, positions, textOf };
}

async function planVersion(
  place: PlaceAtControl,
  reference: VersionReference,
): Promise<PlannedFlow> {
  const { client, app, environment } = place;
  const { version } = await readReferred(place, reference, environment);
  const { source, files, version: number } = version;
  const params = { app, environment };
  const { body } = await client.call(routes.planDeployment, { params, body: { version: number } });
  const fileName = `version ${number}`;
  const includes = (path: string): string | undefined =>
    Object.hasOwn(files, path) ? files[path] : undefined;
  const { positions } = parseFlow(source, { fileName, includes });
  const textOf = (name: string): string | undefined =>
    name === fileName ? source : includes(name);
  return { plan: body, version: number, positions, textOf };
}

/** The document of the API is the plan of a release of the control plane, with the places of its problems. */
function asPlan(plan: PlanBody): Plan {
  return plan as Plan;
}
