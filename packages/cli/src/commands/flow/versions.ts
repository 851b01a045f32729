import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { readActorNames } from "../../flow-versions/actor-names.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { readLivePublications } from "../../going-live/live-publication.ts";
import { APP_AT_CONTROL_OPTIONS, openAppAtControl } from "../../going-live/place-options.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast flow versions` */
export const versions: Command = {
  summary: "List the saved versions of an app's flow",
  description:
    "The newest first: who saved each and why, and in which environment it is live now. Names need an admin's token; others see ids.",
  options: [...APP_AT_CONTROL_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast flow versions --app yoga", does: "the newest 20" }],
  async run(input, io) {
    const { server, ...place } = await openAppAtControl(input, io);
    const { client, app } = place;
    const listed = client.items(routes.listVersions, { params: { app } });
    const versionsOfApp = await takeLimited(listed, input.options);
    const nameOf = await readActorNames(client);
    const live = await readLivePublications(place);
    const items = versionsOfApp.map((saved) =>
      Object.assign({}, saved, {
        createdByName: nameOf(saved.createdBy),
        liveIn: live
          .filter(({ version }) => version === saved.version)
          .map(({ environment }) => environment),
      }),
    );
    printList(input, io, {
      items,
      head: ["Version", "Saved", "By", "Live in", "Why"],
      rowOf: ({ version, createdAt, createdByName, liveIn, note = "" }) => [
        String(version),
        sayInstant(createdAt),
        createdByName,
        liveIn.join(", "),
        note,
      ],
      empty: `${app} has no version yet: holdfast flow push --app ${app}`,
      facts: { server, app },
    });
    return 0;
  },
};
