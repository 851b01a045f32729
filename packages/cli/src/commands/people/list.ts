import { routes } from "@holdfast/api";
import type { Command } from "../../command.ts";
import { sayScope } from "../../control-plane/access-scope.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { printList, readAll } from "../../control-plane/print-list.ts";
import { sayInstant } from "../../instant.ts";
import { LIST_OUTPUT } from "../../output-format.ts";

/** `holdfast people list` */
export const list: Command = {
  summary: "List who can sign in, and who was invited",
  description:
    "For admins. In JSON, `items` are the people and `invitations` those who have not joined yet.",
  options: CONTROL_OPTIONS,
  output: LIST_OUTPUT,
  examples: [{ line: "holdfast people list", does: "everybody, with their roles" }],
  async run(input, io) {
    const { client } = await openControl(input, io);
    const people = await readAll(client.items(routes.listPeople));
    const invitations = await readAll(client.items(routes.listInvitations));
    const rows = [
      ...people.map(({ id, email, name, role, apps, isDisabled, lastSeenAt }) => {
        const seen = lastSeenAt === undefined ? "never" : sayInstant(lastSeenAt);
        return [id, email, name, role, sayScope(apps), isDisabled ? "disabled" : "active", seen];
      }),
      ...invitations.map(({ id, email, role, apps, expiresAt }) => {
        const until = `invited until ${sayInstant(expiresAt)}`;
        return [id, email, "", role, sayScope(apps), until, "never"];
      }),
    ];
    printList(input, io, {
      items: people,
      head: ["Id", "Email", "Name", "Role", "Apps", "State", "Last seen"],
      rows,
      empty: "There is nobody",
      facts: { invitations },
    });
    return 0;
  },
};
