import { ROLES, routes } from "@holdfast/api";
import type { CallInput, RouteBody } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Options } from "../../command.ts";
import {
  ALL_APPS_OPTION,
  findScope,
  sayScope,
  SCOPE_OPTION,
} from "../../control-plane/access-scope.ts";
import { CONTROL_OPTIONS, openControl } from "../../control-plane/open-control.ts";
import { columns, print } from "../../output.ts";
import { printable } from "../../style.ts";

/** `holdfast people update` */
export const update: Command = {
  summary: "Change what somebody may do, or keep them from signing in",
  description:
    "What is not given stays; it counts from the person's next request on. --disable ends their sessions and their tokens. An admin of all apps must always be left.",
  arguments: [{ name: "person", description: "the person's id or email", required: true }],
  options: [
    { flags: "--name <name>", description: "their name, as others see it" },
    { flags: "--role <role>", description: "what they may do", choices: ROLES },
    SCOPE_OPTION,
    ALL_APPS_OPTION,
    { flags: "--disable", description: "keep them from signing in" },
    { flags: "--enable", description: "let them sign in again" },
    ...CONTROL_OPTIONS,
  ],
  examples: [
    { line: "holdfast people update kim@example.com --role publisher", does: "may publish now" },
    { line: "holdfast people update kim@example.com --disable", does: "has left the company" },
  ],
  async run(input, io) {
    const change = readChange(input.options);
    const { client } = await openControl(input, io);
    const params = { person: await findPerson(client, input.arguments[0] ?? "") };
    const { etag } = await client.call(routes.readPerson, { params });
    const { body } = await client.call(routes.updatePerson, {
      params,
      body: change,
      ifMatch: etag,
    });
    print(input, io, { json: body, table: () => renderPerson(body) });
    return 0;
  },
};

type PersonChange = CallInput<typeof routes.updatePerson>["body"];

/** @throws UsageError `OPTION_INVALID`, `OPTION_MISSING` where nothing is to change */
function readChange(options: Options): PersonChange {
  const [isDisabled, isEnabled] = [options.flag("disable"), options.flag("enable")];
  if (isDisabled && isEnabled) {
    throw new UsageError("OPTION_INVALID", "expected --disable or --enable, got both");
  }
  const [name, role] = [options.text("name"), options.choice("role", ROLES)];
  const apps = findScope(options);
  const change = {
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(apps === undefined ? {} : { apps }),
    ...(isDisabled || isEnabled ? { isDisabled } : {}),
  };
  if (Object.keys(change).length > 0) return change;
  throw new UsageError("OPTION_MISSING", "expected something to change, like --role; see --help");
}

/** People know each other by their addresses, the operations by ids. */
async function findPerson(client: ApiClient, named: string): Promise<string> {
  if (!named.includes("@")) return named;
  const email = named.toLowerCase();
  for await (const person of client.items(routes.listPeople)) {
    if (person.email.toLowerCase() === email) return person.id;
  }
  throw new UsageError("PERSON_UNKNOWN", `nobody who can sign in has the address ${named}`);
}

function renderPerson(person: RouteBody<typeof routes.updatePerson>): readonly string[] {
  return columns([
    ["person", person.id],
    ["email", printable(person.email)],
    ["name", printable(person.name)],
    ["role", person.role],
    ["apps", sayScope(person.apps)],
    ["state", person.isDisabled ? "disabled" : "active"],
  ]);
}
