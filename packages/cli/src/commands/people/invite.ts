import { ROLES, routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command } from "../../command.ts";
import {
  ALL_APPS_OPTION,
  requireScope,
  sayScope,
  SCOPE_OPTION,
} from "../../control-plane/access-scope.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { sayInstant } from "../../instant.ts";
import { print } from "../../output.ts";
import { printable } from "../../style.ts";

/** `holdfast people invite` */
export const invite: Command = {
  summary: "Invite somebody",
  description:
    "Makes a link by which the person joins with this role. It is shown once, and the control plane sends no mail: pass it on yourself. Viewers look, editors write drafts, publishers put live, admins administer; each may do what those before may.",
  arguments: [{ name: "email", description: "whom", required: true }],
  options: [
    { flags: "--role <role>", description: "what they may do; required", choices: ROLES },
    SCOPE_OPTION,
    ALL_APPS_OPTION,
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast people invite kim@example.com --role editor --app yoga",
      does: "for one app",
    },
    {
      line: "holdfast people invite sam@example.com --role admin --all-apps",
      does: "a second admin",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const [email = ""] = input.arguments;
    const role = options.choice("role", ROLES);
    if (role === undefined) {
      throw new UsageError("OPTION_MISSING", `--role is required: ${ROLES.join(", ")}`);
    }
    const apps = requireScope(options);
    const { client } = await openControl(input, io);
    const { body } = await client.call(routes.createInvitation, { body: { email, role, apps } });
    print(input, io, {
      json: body,
      table: () => [
        `${printable(body.email)} can join as ${body.role} (apps: ${sayScope(body.apps)}) until ${sayInstant(body.expiresAt)} by this link, which is shown only now:`,
        printable(body.link),
      ],
    });
    return 0;
  },
};
