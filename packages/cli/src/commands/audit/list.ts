import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Command, OptionSpec, Options } from "../../command.ts";
import { ENVIRONMENTS } from "../../control-plane/environment-settings.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { printList } from "../../control-plane/print-list.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { parseInstant, sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

const FILTERS: readonly OptionSpec[] = [
  { flags: "--app <id>", description: "only what was done to this app", env: "HOLDFAST_APP" },
  {
    flags: "--environment <name>",
    description: "only what was done in this environment",
    choices: ENVIRONMENTS,
  },
  { flags: "--actor <id>", description: "only what this person or token did" },
  { flags: "--action <name>", description: "only this operation, like publishVersion" },
  { flags: "--from <time>", description: "only from this time on, like 2026-12-01" },
  { flags: "--until <time>", description: "only before this time" },
];

/** `holdfast audit list` */
export const list: Command = {
  summary: "List what people, tokens and the system did",
  description:
    "For admins; filters are combined. JSON also has each entry's changes, field by field, before and after.",
  options: [...FILTERS, LIMIT_OPTION, ...CONTROL_OPTIONS],
  output: LIST_OUTPUT,
  examples: [
    { line: "holdfast audit list --app yoga --limit 50", does: "what happened to an app" },
    {
      line: "holdfast audit list --action publishVersion --from 2026-11-01 --output csv",
      does: "who published what",
    },
  ],
  async run(input, io) {
    const query = readFilters(input.options);
    const { client } = await openControl(input, io);
    printList(input, io, {
      items: await takeLimited(client.items(routes.listAudit, { query }), input.options),
      head: ["At", "Who", "App", "Action", "What"],
      rowOf: (entry) => [
        sayInstant(entry.at),
        sayActor(entry),
        [entry.app, entry.environment].filter((part) => part !== undefined).join(" "),
        entry.action,
        entry.summary.replaceAll("\n", " "),
      ],
      empty: "Nothing was done that these filters let through",
    });
    return 0;
  },
};

function readFilters(options: Options) {
  const environment = options.choice("environment", ["sandbox", "production"]);
  const [from, until] = [options.text("from"), options.text("until")];
  return {
    ...textsOf(options, ["app", "actor", "action"]),
    ...(environment === undefined ? {} : { environment }),
    ...(from === undefined ? {} : { from: parseInstant(from, "--from") }),
    ...(until === undefined ? {} : { until: parseInstant(until, "--until") }),
  };
}

function textsOf(options: Options, names: readonly string[]): Readonly<Record<string, string>> {
  const given = names.flatMap((name) => {
    const value = options.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

type Entry = RouteBody<typeof routes.listAudit>["items"][number];

function sayActor({ actorKind, actorName }: Entry): string {
  if (actorKind === "system") return "the system";
  return actorKind === "token" ? `token ${actorName}` : actorName;
}
