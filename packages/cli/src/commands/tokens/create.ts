import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io, Options } from "../../command.ts";
import {
  ALL_APPS_OPTION,
  requireScope,
  sayScope,
  SCOPE_OPTION,
} from "../../control-plane/access-scope.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { sayInstant } from "../../instant.ts";
import { columns, print } from "../../output.ts";
import { printable } from "../../style.ts";

const TOKEN_ROLES = ["viewer", "editor", "publisher", "admin", "runtime"] as const;

/** The longest a token may be given, ten years. */
const MAX_DAYS = 3650;

const DAY_MS = 24 * 3_600_000;

/** `holdfast tokens create` */
export const create: Command = {
  summary: "Make a token for a script, a pipeline or a runtime",
  description:
    "Its secret is shown once, on standard output, and kept nowhere: --output json gives it as `secret`. A token may do at most what you may, and ends when your login does at the latest: `holdfast login --days` makes a longer one. A runtime's token reads what is live, looks subscribers up, sends decisions and reports what runs, and nothing else.",
  options: [
    { flags: "--name <name>", description: "what it is for; required", required: true },
    { flags: "--role <role>", description: "what it may do; required", choices: TOKEN_ROLES },
    SCOPE_OPTION,
    ALL_APPS_OPTION,
    {
      flags: "--days <number>",
      description: "days until it ends (default: it ends with your login, if that ends)",
    },
    ...CONTROL_OPTIONS,
  ],
  examples: [
    {
      line: 'holdfast tokens create --name "CI of the iOS app" --role publisher --app yoga --days 30',
      does: "for publishing from CI",
    },
    {
      line: "holdfast tokens create --name runtimes --role runtime --all-apps --output json",
      does: "for runtimes on other machines",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const name = options.required("name");
    const role = requireRole(options);
    const apps = requireScope(options);
    const chosenEnd = readEnd(options, io);
    const { client } = await openControl(input, io);
    // No token outlives what it is made with.
    const expiresAt = chosenEnd ?? (await client.call(routes.readSession)).body.expiresAt;
    const { body } = await client.call(routes.createToken, {
      body: { name, role, apps, ...(expiresAt === undefined ? {} : { expiresAt }) },
    });
    print(input, io, {
      json: body,
      table: () => [
        ...columns([
          ["token", body.id],
          ["name", printable(body.name)],
          ["role", body.role],
          ["apps", sayScope(body.apps)],
          ["ends", body.expiresAt === undefined ? "never" : sayInstant(body.expiresAt)],
          ["secret", printable(body.secret)],
        ]),
        `The secret is shown only now: store it where the token is used, as ${role === "runtime" ? "HOLDFAST_RUNTIME_TOKEN" : "HOLDFAST_TOKEN"}`,
      ],
    });
    return 0;
  },
};

function requireRole(options: Options): (typeof TOKEN_ROLES)[number] {
  const role = options.choice("role", TOKEN_ROLES);
  if (role !== undefined) return role;
  throw new UsageError("OPTION_MISSING", `--role is required: ${TOKEN_ROLES.join(", ")}`);
}

function readEnd(options: Options, { now }: Pick<Io, "now">): number | undefined {
  const days = options.integer("days", { min: 1, max: MAX_DAYS });
  return days === undefined ? undefined : now() + days * DAY_MS;
}
