import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Command } from "../command.ts";
import { CONTROL_OPTIONS, openControl } from "../control-plane/open-control.ts";
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
    print(input, io, { json: { server, ...body }, table: () => renderStatus(server, body) });
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

const JOB_HEAD = ["Job", "State", "Last run", "Next run", "Problem"];

function jobRow({ name, state, lastRunAt, nextRunAt, problem = "" }: Status["jobs"][number]) {
  const last = lastRunAt === undefined ? "never" : sayInstant(lastRunAt);
  const next = nextRunAt === undefined ? "" : sayInstant(nextRunAt);
  return [name, state, last, next, problem].map(printable);
}
