import { routes } from "@holdfast/api";
import type { CommandInput, ExitCode, Io } from "../command.ts";
import { DEFAULT_FLOW_FILE } from "../flow-options.ts";
import { inFlowFile } from "../flow-versions/in-flow-file.ts";
import { flowInputOf, loadUsableFlow } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { print } from "../output.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { readLivePublication } from "./live-publication.ts";
import type { Publication } from "./live-publication.ts";
import { openPlace } from "./place-options.ts";
import { readWantedPublication } from "./publish-options.ts";
import type { WantedPublication } from "./publish-options.ts";
import { compareWithLive, findTarget } from "./publish-target.ts";
import { renderPublished, renderScheduled } from "./render-published.ts";
import type { PublishContext } from "./render-published.ts";
import { readStops } from "./stops.ts";
import { exitCodeOfArrivals, readRuntimeWait } from "./wait-for-runtimes.ts";

/**
 * Publishes through a control plane: a flow's file, which is saved as a version first, or a version that
 * is saved; now, or at a time to come.
 *
 * @throws ControlCallError `CONFLICT` with the differences where something else is live than was looked at,
 *   `APPROVAL_REQUIRED`; FlowRefused `FLOW_INVALID`; UsageError `OPTION_INVALID`
 */
export async function publishThroughControl(input: CommandInput, io: Io): Promise<ExitCode> {
  const wanted = readWantedPublication(input);
  const wait = readRuntimeWait(input, io);
  const flow = wanted.version === undefined ? await loadFlowFile(input, io) : undefined;
  const { server, ...place } = await openPlace(input, io);
  const live = await readLivePublication(place);
  const target = await findTarget(place, { ...wanted, flow }, io);
  const comparison = await compareWithLive(place, live, target);
  const context: PublishContext = { server, place, target, comparison };
  const { saved = null } = target;
  const common = { server, saved, before: live ?? null, changes: comparison?.difference.changes };
  const told = async <T>(change: Promise<T>): Promise<T> =>
    change.catch(async (error: unknown) => {
      const shown = flow === undefined ? error : inFlowFile(error, flow);
      throw await explainRefusal(shown, place, target.version);
    });
  if (wanted.publishAt !== undefined) {
    const schedule = await told(schedulePublication(context, wanted, wanted.publishAt));
    const table = () => renderScheduled(schedule, context, io);
    print(input, io, { json: { ...common, schedule }, table });
    return 0;
  }
  const isNew = !isLiveAlready(context, wanted);
  const publication = live !== undefined && !isNew ? live : await told(publishNow(context, wanted));
  const { sequence } = publication;
  const runtimes = await wait(place, { what: "publication", sequence });
  const published = { publication, isNew, runtimes, stops: await readStops(place) };
  print(input, io, {
    json: { ...common, ...published, runtimes: runtimes ?? null },
    table: () => renderPublished(published, context, io),
  });
  return exitCodeOfArrivals([runtimes]);
}

function loadFlowFile({ arguments: [file], options }: CommandInput, io: Io): Promise<UsableFlow> {
  return loadUsableFlow(io, flowInputOf(file ?? DEFAULT_FLOW_FILE, options));
}

/** After a rollback the system adds nothing by itself, until somebody publishes: then that is meant. */
function isLiveAlready(
  { target, comparison }: PublishContext,
  { isAgain, expectedSequence }: WantedPublication,
): boolean {
  if (comparison === undefined || isAgain || expectedSequence !== undefined) return false;
  const { version, isPinned } = comparison.live;
  return version === target.version && !isPinned;
}

async function publishNow(
  { place, target, comparison }: PublishContext,
  { expectedSequence = comparison?.live.sequence ?? 0, note }: WantedPublication,
): Promise<Publication> {
  const { client, app, environment } = place;
  const { body } = await client.call(routes.publishVersion, {
    params: { app, environment },
    body: { version: target.version, expectedSequence, ...(note === undefined ? {} : { note }) },
  });
  return body;
}

async function schedulePublication(
  { place, target }: PublishContext,
  { note }: WantedPublication,
  publishAt: number,
) {
  const { client, app, environment } = place;
  const { body } = await client.call(routes.createSchedule, {
    params: { app, environment },
    body: { version: target.version, publishAt, ...(note === undefined ? {} : { note }) },
  });
  return body;
}
