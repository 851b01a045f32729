import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { printList } from "../../control-plane/print-list.ts";
import { readActorNames } from "../../flow-versions/actor-names.ts";
import { LIMIT_OPTION, takeLimited } from "../../flow-versions/limit-option.ts";
import { openPlace, PLACE_OPTIONS } from "../../going-live/place-options.ts";
import { sayState } from "../../going-live/render-deployment.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast deployments list` */
export const list: Command = {
  summary: "List what was deployed, and what is under way",
  description: "The newest first. holdfast deploy follows what is under way.",
  options: [...PLACE_OPTIONS, LIMIT_OPTION],
  output: LIST_OUTPUT,
  examples: [
    {
      line: "holdfast deployments list --app yoga --environment production",
      does: "the newest 20",
    },
  ],
  async run(input, io) {
    const { server, client, app, environment } = await openPlace(input, io);
    const listed = client.items(routes.listDeployments, { params: { app, environment } });
    const deployments = await takeLimited(listed, input.options);
    const nameOf = await readActorNames(client);
    printList(input, io, {
      items: deployments.map((deployment) =>
        Object.assign({}, deployment, { createdByName: nameOf(deployment.createdBy) }),
      ),
      head: ["Id", "Version", "State", "Asked for", "By", "Why"],
      rowOf: ({ id, version, state, problems: [problem], createdAt, createdByName, note = "" }) => [
        id,
        String(version),
        problem === undefined ? sayState(state) : `${sayState(state)}: ${problem.code}`,
        sayInstant(createdAt),
        createdByName,
        note,
      ],
      empty: `nothing was deployed to ${environment} yet: holdfast deploy --app ${app} --environment ${environment}`,
      facts: { server, app, environment },
    });
    return 0;
  },
};
