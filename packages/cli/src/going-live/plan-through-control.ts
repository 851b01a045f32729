import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import { parseFlow } from "@holdfast/flow/document";
import { hasChanges } from "@holdfast/provisioning";
import type { Plan } from "@holdfast/provisioning";
import type { CommandInput, ExitCode, Io, OptionSpec, Options } from "../command.ts";
import { APP_OPTION } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS } from "../control-plane/open-control.ts";
import { CommandFailed } from "../errors.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { compareContents, contentOf } from "../flow-versions/flow-content.ts";
import { readNewestVersion } from "../flow-versions/read-version.ts";
import type { Version } from "../flow-versions/read-version.ts";
import { parseVersionReference, readReferred } from "../flow-versions/version-reference.ts";
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
 * Shows what a control plane would do at Apple for a version.
 *
 * @throws CommandFailed `FLOW_UNSAVED` where the file is not the newest version; ControlCallError
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
  const version =
    flow === undefined
      ? (await readReferred(place, reference ?? "latest", place.environment)).version
      : await requireSaved(place, flow);
  const plan = await readPlan(place, version.version);
  print(input, io, {
    json: { ...plan, server, app: place.app, version: version.version },
    table: () => renderPlanOf(plan, { version, server }, io),
  });
  if (plan.problems.length > 0) return 1;
  return hasChanges(asPlan(plan)) ? 3 : 0;
}

type PlanBody = RouteBody<typeof routes.planDeployment>;

async function readPlan(
  { client, app, environment }: PlaceAtControl,
  version: number,
): Promise<PlanBody> {
  const input = { params: { app, environment }, body: { version } };
  return (await client.call(routes.planDeployment, input)).body;
}

/** Planning changes nothing, and so saves nothing. */
async function requireSaved(place: PlaceAtControl, flow: UsableFlow): Promise<Version> {
  const newest = await readNewestVersion(place);
  if (newest !== undefined && compareContents(newest, contentOf(flow)).isSame) return newest;
  throw new CommandFailed(
    "FLOW_UNSAVED",
    `${flow.file} is not the newest version of ${place.app}`,
    {
      advice: `save it, which puts nothing live: holdfast flow push --app ${place.app}; or plan what is saved: --version latest`,
    },
  );
}

/** The document of the API is the plan of a release of the control plane, with the places of its problems. */
function asPlan(plan: PlanBody): Plan {
  return plan as Plan;
}

function renderPlanOf(
  plan: PlanBody,
  { version, server }: { readonly version: Version; readonly server: string },
  io: Pick<Io, "colors">,
): readonly string[] {
  const { source, files } = version;
  const fileName = `version ${version.version}`;
  const includes = (path: string): string | undefined =>
    Object.hasOwn(files, path) ? files[path] : undefined;
  const { positions } = parseFlow(source, { fileName, includes });
  const textOf = (name: string): string | undefined =>
    name === fileName ? source : includes(name);
  const place = `, version ${version.version}, through ${server}`;
  return renderPlan(asPlan(plan), { positions, textOf, place }, io);
}
