import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { daysOptions, readDays } from "../../decisions/days-options.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import { printable } from "../../style.ts";

/** `holdfast decisions losses` */
export const losses: Command = {
  summary: "Show how many decisions of Workers never came",
  description:
    "Workers have no disk: they send decisions after the answer, and say how many they made. An isolate is counted once it was silent for five minutes, on the UTC day it was first heard of. What it made after it last sent anything, nobody knows of.",
  options: [...daysOptions(7), ...PLACE_OPTIONS],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast decisions losses --app yoga --environment production",
      does: "what was lost in 7 days",
    },
  ],
  async run(input, io) {
    const query = readDays(input.options);
    const { client, app, environment } = await openPlace(input, io);
    const { body } = await client.call(routes.readDecisionLosses, {
      params: { app, environment },
      query,
    });
    const { days, ...sums } = body;
    printList(input, io, {
      items: days,
      facts: { app, environment, ...sums },
      head: ["Day", "Host", "Made", "Received", "Lost"],
      rowOf: ({ day, host, made, received, lost }) => [
        new Date(day).toISOString().slice(0, 10),
        printable(host),
        String(made),
        String(received),
        String(lost),
      ],
      empty: `no Worker of ${app} in ${environment} was counted on these days`,
    });
    return 0;
  },
};
