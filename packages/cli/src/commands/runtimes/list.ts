import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Command, OptionSpec } from "../../command.ts";
import { ENVIRONMENTS } from "../../control-plane/environment-settings.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { printList, readAll } from "../../control-plane/print-list.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** Left out, all of them. */
const FILTERS: readonly OptionSpec[] = [
  { flags: "--app <id>", description: "only what answers for this app", env: "HOLDFAST_APP" },
  {
    flags: "--environment <name>",
    description: "only what answers in this environment",
    choices: ENVIRONMENTS,
  },
];

/** `holdfast runtimes list` */
export const list: Command = {
  summary: "List the runtimes that report, and what each answers by",
  description:
    "Shows whether a publication has arrived everywhere: a row for each app and environment of each runtime.",
  options: [...FILTERS, ...CONTROL_OPTIONS],
  output: LIST_OUTPUT,
  examples: [
    { line: "holdfast runtimes list", does: "all of them" },
    {
      line: "holdfast runtimes list --app yoga --environment production",
      does: "is the new flow everywhere?",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = options.text("app");
    const environment = options.choice("environment", ["sandbox", "production"]);
    const { client } = await openControl(input, io);
    const query = {
      ...(app === undefined ? {} : { app }),
      ...(environment === undefined ? {} : { environment }),
    };
    const runtimes = await readAll(client.items(routes.listRuntimes, { query }));
    printList(input, io, {
      items: runtimes,
      head: [
        "Runtime",
        "Host",
        "Release",
        "App",
        "Environment",
        "Sequence",
        "Stops",
        "Problem",
        "Reported",
      ],
      rows: runtimes.flatMap(rowsOf),
      empty:
        "No runtime has reported in the last ten minutes; a runtime elsewhere needs the URL of this control plane and a token: holdfast tokens create --name runtimes --role runtime --all-apps",
    });
    return 0;
  },
};

type Runtime = RouteBody<typeof routes.listRuntimes>["items"][number];

function rowsOf({ id, host, release, serves, reportedAt }: Runtime): readonly string[][] {
  const reported = sayInstant(reportedAt);
  if (serves.length === 0) return [[id, host, release, "", "", "", "", "", reported]];
  return serves.map(({ app, environment, sequence, stopListSequence, problem = "" }) => [
    id,
    host,
    release,
    app,
    environment,
    String(sequence),
    String(stopListSequence),
    problem,
    reported,
  ]);
}
