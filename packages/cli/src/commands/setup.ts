import { routes } from "@holdfast/api";
import type { Command, Io } from "../command.ts";
import {
  askIfMissing,
  chooseNewPassword,
  PASSWORD_FILE_OPTION,
} from "../control-plane/ask-person.ts";
import { createControlClient } from "../control-plane/control-client.ts";
import { LOGIN_TOKEN_OPTIONS, readLoginToken } from "../control-plane/login-options.ts";
import { createSessionFetch } from "../control-plane/session-fetch.ts";
import { parseSetupLink } from "../control-plane/setup-link.ts";
import { storeSession } from "../control-plane/store-session.ts";
import { requireStorable } from "../control-plane/stored-logins.ts";
import { warnOfOverrides } from "../control-plane/warn-of-overrides.ts";
import { print } from "../output.ts";
import { printable } from "../style.ts";

/** `holdfast setup` */
export const setup: Command = {
  summary: "Make the first admin of a new control plane, and log in",
  description:
    "Takes the one-time link that `holdfast serve` prints at its first start. On a terminal it asks for what is not given; the password is asked for twice and never shown. Then a token of this machine is made and stored in ~/.holdfast/logins.json, which only you can read. http is taken on this machine alone.",
  arguments: [
    {
      name: "link",
      description:
        "the setup link, in quotes; - reads it from stdin, so that it stands in no history",
      required: true,
    },
  ],
  options: [
    { flags: "--email <address>", description: "what you sign in with" },
    { flags: "--name <name>", description: "your name, as others see it" },
    PASSWORD_FILE_OPTION,
    ...LOGIN_TOKEN_OPTIONS,
  ],
  afterInterruption: "nothing was set up; run it again with the same link",
  examples: [
    {
      line: "holdfast setup 'http://127.0.0.1:8787/setup#the-code-from-the-link'",
      does: "make the first admin, and be asked for the rest",
    },
    {
      line: "holdfast setup - --email ada@example.com --name Ada --password-file password.txt < link.txt",
      does: "in a script",
    },
  ],
  async run(input, io) {
    const { arguments: positional, options } = input;
    const token = readLoginToken(options);
    const { server, code } = parseSetupLink(await readLink(positional[0] ?? "", io));
    await requireStorable(io);
    const client = createControlClient({ server, fetch: createSessionFetch(io) }, io);
    const email = await askIfMissing({ option: "email", prompt: "Email: " }, options, io);
    const name = await askIfMissing({ option: "name", prompt: "Name: " }, options, io);
    const password = await chooseNewPassword(options, io);
    const { body: session } = await client.call(routes.createFirstAdmin, {
      body: { code, email, name, password },
    });
    const stored = await storeSession({ client, server, session, ...token }, io);
    warnOfOverrides(server, io);
    print(input, io, {
      json: { server, email, name, ...stored },
      table: () => [
        `${printable(name)} is the first admin of ${server}; this machine is logged in`,
        "Next: holdfast apps add, or holdfast people invite",
      ],
    });
    return 0;
  },
};

async function readLink(given: string, io: Pick<Io, "stdin">): Promise<string> {
  return given === "-" ? io.stdin() : given;
}
