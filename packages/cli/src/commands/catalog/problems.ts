import { PROBLEM_HEAD, problemRow, readProblems } from "../../catalog/problem-rows.ts";
import type { Command } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { printList } from "../../control-plane/print-list.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast catalog problems` */
export const problems: Command = {
  summary: "List what of the catalog cannot be used",
  description:
    "Subscriptions that are not set up far enough, and products or offers that a live flow names and App Store Connect has no more.",
  options: [APP_OPTION, ...CONTROL_OPTIONS],
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast catalog problems --app yoga", does: "as of the last sync" }],
  async run(input, io) {
    const app = requireApp(input.options);
    const { client } = await openControl(input, io);
    printList(input, io, {
      items: await readProblems(client, app),
      head: PROBLEM_HEAD,
      rowOf: problemRow,
      empty: `Nothing is wrong with the catalog of ${app}`,
    });
    return 0;
  },
};
