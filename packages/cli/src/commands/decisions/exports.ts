import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import { printable } from "../../style.ts";

/** `holdfast decisions exports` */
export const exports: Command = {
  summary: "List the days of decisions that were written to an object store",
  description:
    "A server with HOLDFAST_EXPORT_URL writes whole UTC days of decisions, as Parquet or JSON lines, two hours after they are over, and again when decisions came later or were erased.",
  options: [...PLACE_OPTIONS],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast decisions exports --app yoga --environment production",
      does: "which days are there, and how large they are",
    },
  ],
  async run(input, io) {
    const { client, app, environment } = await openPlace(input, io);
    const { body } = await client.call(routes.listDecisionExports, {
      params: { app, environment },
    });
    const { items, destination, format } = body;
    printList(input, io, {
      items,
      facts: {
        app,
        environment,
        ...(destination === undefined ? {} : { destination }),
        ...(format === undefined ? {} : { format }),
      },
      head: ["Day", "Decisions", "Files", "Bytes", "Written"],
      rowOf: ({ day, decisions, files, bytes, exportedAt }) => [
        new Date(day).toISOString().slice(0, 10),
        String(decisions),
        String(files),
        String(bytes),
        sayInstant(exportedAt),
      ],
      empty:
        destination === undefined
          ? "nothing is exported: the server has no HOLDFAST_EXPORT_URL"
          : `no day of ${app} in ${environment} was written to ${printable(destination)} yet: a day is two hours after its end in UTC; whether it works shows holdfast status, at decisions.export`,
    });
    return 0;
  },
};
