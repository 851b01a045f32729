import { routes } from "@holdfast/api";
import type { RouteBody } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { sayInstant } from "../../instant.ts";
import { columns, print } from "../../output.ts";
import { printable } from "../../style.ts";

/** `holdfast subscribers queue` */
export const queue: Command = {
  summary: "Show of how many subscribers Apple is still to be asked, and how fast that goes",
  description:
    "Who was answered without anything being known of them is asked about first, then those whose outcome needs it, then those who were imported; transactions are read beside that. Exit code 1 while Apple is left alone because of a problem.",
  options: PLACE_OPTIONS,
  examples: [
    {
      line: "holdfast subscribers queue --app yoga --environment production",
      does: "who waits, and what last went wrong",
    },
  ],
  async run(input, io) {
    const { client, app, environment } = await openPlace(input, io);
    const { body } = await client.call(routes.readStatusQueue, { params: { app, environment } });
    print(input, io, { json: body, table: () => renderQueue(body) });
    return body.pausedUntil === undefined ? 0 : 1;
  },
};

type Queue = RouteBody<typeof routes.readStatusQueue>;

function renderQueue(one: Queue): readonly string[] {
  const { waiting, oldestDueAt, ratePerSecond, pausedUntil, lastProblem } = one;
  return columns([
    ["unknown", String(waiting.unknown)],
    ["for an outcome", String(waiting.outcome)],
    ["imported", String(waiting.import)],
    ["for transactions", String(waiting.history)],
    ...(oldestDueAt === undefined ? [] : [["due since", sayInstant(oldestDueAt)]]),
    ...(ratePerSecond === undefined ? [] : [["a second", ratePerSecond.toFixed(1)]]),
    ...(pausedUntil === undefined ? [] : [["paused until", sayInstant(pausedUntil)]]),
    ...(lastProblem === undefined
      ? []
      : [["last problem", `${printable(lastProblem.code)} at ${sayInstant(lastProblem.at)}`]]),
  ]);
}
