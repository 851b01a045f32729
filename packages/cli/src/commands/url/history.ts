import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { readActorNames } from "../../flow-versions/actor-names.ts";
import type { NameOf } from "../../flow-versions/actor-names.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";
import type { UrlChange } from "../../realtime-url/find-url-change.ts";

/** `holdfast url history` */
export const history: Command = {
  summary: "List how the URL was changed: when, by whom, from what to what",
  description:
    "The newest first, those made elsewhere as far as they were seen. Names need an admin's token; others see ids. holdfast url rollback takes any of them back.",
  options: [...PLACE_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [
    { line: "holdfast url history --app yoga --environment production", does: "the newest 20" },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    const params = { app, environment };
    const listed = client.items(routes.listRealtimeUrlChanges, { params });
    const changes = await takeLimited(listed, input.options);
    const nameOf = await readActorNames(client);
    printList(input, io, {
      items: changes.map((change) =>
        Object.assign({}, change, { changedByName: sayWho(change, nameOf) }),
      ),
      head: ["Change", "At", "By", "From", "To"],
      rowOf: ({ id, at, before = "", after = "", changedByName, isConfirmed }) => [
        id,
        sayInstant(at),
        changedByName,
        before,
        isConfirmed ? after : `${after} (not known to be made)`.trim(),
      ],
      empty: `no change of the URL in ${environment} is known yet`,
      facts: { server, app, environment },
    });
    return 0;
  },
};

function sayWho({ changedBy }: UrlChange, nameOf: NameOf): string {
  return changedBy === undefined ? "made elsewhere" : nameOf(changedBy);
}
