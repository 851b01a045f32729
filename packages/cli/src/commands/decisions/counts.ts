import { DECISIONS_COUNTED_BY, routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { daysOptions, readDays } from "../../decisions/days-options.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import { printable } from "../../style.ts";

const COLUMNS: readonly string[] = DECISIONS_COUNTED_BY;

/** `holdfast decisions counts` */
export const counts: Command = {
  summary: "Count decisions by day, rule, arm, message and more",
  description:
    "Of whole UTC days, kept also when the decisions themselves are not. An empty cell is what a decision does not have: one of the fallback has no rule.",
  options: [
    {
      flags: "--by <what>",
      description: `one to four of ${COLUMNS.join(", ")}, with commas between them (default: rule)`,
    },
    ...daysOptions(30),
    ...PLACE_OPTIONS,
  ],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast decisions counts --app yoga --environment production --by rule,arm",
      does: "how often each arm was assigned in 30 days",
    },
    {
      line: "holdfast decisions counts --app yoga --environment production --by deviation,day --from 2026-12-01",
      does: "what was not sent as the flow said, and when",
    },
  ],
  async run(input, io) {
    const by = readBy(input.options);
    const days = readDays(input.options);
    const { client, app, environment } = await openPlace(input, io);
    const { body } = await client.call(routes.countDecisions, {
      params: { app, environment },
      query: { by: by.join(","), ...days },
    });
    const names = by.flatMap((name) => (name === "arm" ? ["experiment", "arm"] : [name]));
    printList(input, io, {
      items: body.groups,
      facts: { app, environment, total: body.total, isCut: body.isCut },
      head: [...names, "decisions"].map((name) => name.charAt(0).toUpperCase() + name.slice(1)),
      rowOf: (group) => {
        const cells = new Map<string, unknown>(Object.entries(group));
        return [...names.map((name) => sayCell(name, cells.get(name))), String(group.count)];
      },
      empty: `no decision of ${app} in ${environment} on these days`,
    });
    if (body.isCut) io.warn("there are more groups than these, each with fewer decisions");
    return 0;
  },
};

function readBy(options: Options): readonly string[] {
  const parts = (options.text("by") ?? "rule").split(",").map((part) => part.trim());
  const unknown = parts.find((part) => !COLUMNS.includes(part));
  if (unknown === undefined && parts.length <= 4) return [...new Set(parts)];
  throw new UsageError(
    "OPTION_INVALID",
    `--by: expected one to four of ${COLUMNS.join(", ")}, got ${unknown ?? parts.length}`,
  );
}

function sayCell(name: string, value: unknown): string {
  if (typeof value === "number" && name === "day") {
    return new Date(value).toISOString().slice(0, 10);
  }
  return typeof value === "string"
    ? printable(name === "snapshot" ? value.slice(0, 12) : value)
    : "";
}
