import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { readActorNames } from "../../flow-versions/actor-names.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import type { Publication } from "../../going-live/live-publication.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast flow history` */
export const history: Command = {
  summary: "List what was live: when, by whom, and why",
  description:
    "The newest first: the first is live now. Names need an admin's token; others see ids. holdfast flow rollback brings any of them back.",
  options: [...PLACE_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [
    { line: "holdfast flow history --app yoga --environment production", does: "the newest 20" },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    const listed = client.items(routes.listPublications, { params: { app, environment } });
    const publications = await takeLimited(listed, input.options);
    const nameOf = await readActorNames(client);
    const named = publications.map((publication) =>
      Object.assign({}, publication, { publishedByName: nameOf(publication.publishedBy) }),
    );
    printList(input, io, {
      items: named,
      head: ["Sequence", "Version", "What", "Published", "By", "Why"],
      rowOf: (publication) => [
        String(publication.sequence),
        String(publication.version),
        sayKind(publication),
        sayInstant(publication.publishedAt),
        publication.publishedByName,
        publication.note ?? "",
      ],
      empty: `nothing was published in ${environment} yet: holdfast flow publish --app ${app} --environment ${environment}`,
      facts: { server, app, environment },
    });
    return 0;
  },
};

function sayKind({ kind, rolledBackTo }: Publication): string {
  switch (kind) {
    case "rollback":
      return `rolled back to ${rolledBackTo ?? "?"}`;
    case "approvedTexts":
      return "approved texts added";
    case "schedule":
      return "scheduled";
    default:
      return "published";
  }
}
