import { routes } from "@holdfast/api";
import type { Command } from "../../../command.ts";
import { printList } from "../../../control-plane/print-list.ts";
import { readActorNames } from "../../../flow-versions/actor-names.ts";
import { LIMIT_OPTION, takeLimited } from "../../../flow-versions/limit-option.ts";
import { openPlace, PLACE_OPTIONS } from "../../../going-live/place-options.ts";
import { sayInstant } from "../../../instant.ts";
import { LIST_OUTPUT } from "../../../output-format.ts";

/** `holdfast flow schedules list` */
export const list: Command = {
  summary: "List what is to be published, and what became of that",
  description: "What waits comes first, the next at the top.",
  options: [...PLACE_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast flow schedules list --app yoga --environment production",
      does: "see what goes live when",
    },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    const listed = client.items(routes.listSchedules, { params: { app, environment } });
    const schedules = await takeLimited(listed, input.options);
    const nameOf = await readActorNames(client);
    printList(input, io, {
      items: schedules.map((schedule) =>
        Object.assign({}, schedule, { createdByName: nameOf(schedule.createdBy) }),
      ),
      head: ["Id", "Version", "Live at", "State", "By", "Why"],
      rowOf: ({ id, version, publishAt, state, problem, createdByName, note = "" }) => [
        id,
        String(version),
        sayInstant(publishAt),
        problem === undefined ? state : `${state}: ${problem}`,
        createdByName,
        note,
      ],
      empty: `nothing is scheduled in ${environment}`,
      facts: { server, app, environment },
    });
    return 0;
  },
};
