import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Command } from "../command.ts";
import { CONTROL_OPTIONS, openControl } from "../control-plane/open-control.ts";
import { readAllShares, sayShare } from "../decisions/state-shares.ts";
import type { StateShares } from "../decisions/state-shares.ts";
import { sayInstant } from "../instant.ts";
import { columns, print } from "../output.ts";
import { printable, printableLines } from "../style.ts";

/** `holdfast status` */
export const status: Command = {
  summary: "Show how the control plane and its recurring jobs are",
  description: "Exit code 1 when a job's last run failed.",
  options: CONTROL_OPTIONS,
  examples: [
    { line: "holdfast status", does: "ask the default server" },
    { line: "holdfast status --output json", does: "for a monitor" },
  ],
  async run(input, io) {
    const { client, server } = await openControl(input, io);
    const { body } = await client.call(routes.readStatus);
    const subscriberState = await readAllShares(client);
    print(input, io, {
      json: { server, ...body, subscriberState },
      table: () => [...renderStatus(server, body), ...renderShares(subscriberState)],
    });
    return body.jobs.some(({ state }) => state === "failed") ? 1 : 0;
  },
};

type Status = RouteBody<typeof routes.readStatus>;

function renderStatus(server: string, { release, startedAt, store, jobs, warnings }: Status) {
  return [
    ...columns([
      ["server", server],
      ["release", printable(release)],
      ["running since", sayInstant(startedAt)],
      ["store", store],
    ]),
    ...(jobs.length === 0 ? [] : [""]),
    ...columns([...(jobs.length === 0 ? [] : [JOB_HEAD]), ...jobs.map(jobRow)]),
    ...warnings.map((warning) => `warning: ${printableLines(warning)}`),
  ];
}

/** Where enough requests of the last seven days needed subscriber state to tell. */
function renderShares(shares: readonly StateShares[]): readonly string[] {
  if (shares.length === 0) return [];
  const rows = shares.flatMap(({ app, environment, hosts }) =>
    hosts.map(({ host, needed, inTime }) => [
      app,
      environment,
      host,
      sayShare(inTime),
      String(needed),
    ]),
  );
  const head = ["App", "Environment", "Host", "Subscribers known in time", "Of"];
  return ["", ...columns([head, ...rows])];
}

const JOB_HEAD = ["Job", "State", "Last run", "Next run", "Problem"];

function jobRow({ name, state, lastRunAt, nextRunAt, problem = "" }: Status["jobs"][number]) {
  const last = lastRunAt === undefined ? "never" : sayInstant(lastRunAt);
  const next = nextRunAt === undefined ? "" : sayInstant(nextRunAt);
  return [name, state, last, next, problem].map(printable);
}
