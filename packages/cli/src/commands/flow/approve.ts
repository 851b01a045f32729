import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, Io, Options } from "../../command.ts";
import { APP_OPTION, requireApp } from "../../control-plane/app-option.ts";
import {
  askIfMissing,
  PASSWORD_FILE_OPTION,
  readPassword,
} from "../../control-plane/ask-person.ts";
import { createControlClient } from "../../control-plane/control-client.ts";
import { requireServer, SERVER_OPTION } from "../../control-plane/find-server.ts";
import { createSessionFetch } from "../../control-plane/session-fetch.ts";
import { NOTE_OPTION } from "../../flow-versions/note-option.ts";
import { LIVE_ENVIRONMENT_OPTION } from "../../going-live/place-options.ts";
import { print } from "../../output.ts";
import { createStyle } from "../../style.ts";

/** `holdfast flow approve` */
export const approve: Command = {
  summary: "Approve a version for an environment, as a person, or reject it",
  description:
    "Where an environment asks for approvals, so many people other than whoever saved a version must have approved it before it is published; one who rejects it keeps it from that. A token is no person: you sign in with email and password for this one answer, and are signed out again. Your last word counts.",
  arguments: [{ name: "version", description: "the version's number", required: true }],
  options: [
    APP_OPTION,
    { ...LIVE_ENVIRONMENT_OPTION, description: "where it may go live (required)" },
    SERVER_OPTION,
    { flags: "--reject", description: "say no" },
    NOTE_OPTION,
    { flags: "--email <address>", description: "what you sign in with" },
    PASSWORD_FILE_OPTION,
  ],
  examples: [
    {
      line: "holdfast flow approve 42 --app yoga --environment production",
      does: "say yes to version 42",
    },
    {
      line: 'holdfast flow approve 42 --app yoga --environment production --reject --note "Typo in de-DE"',
      does: "say no, and why",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const app = requireApp(options);
    const version = readVersionNumber(input.arguments[0] ?? "");
    options.required("environment");
    const environment = options.choice("environment", ["sandbox", "production"]) ?? "production";
    const verdict = options.flag("reject") ? "reject" : "approve";
    const note = options.text("note");
    const approval = await asPerson(options, io, async (client) => {
      const body = { environment, verdict, ...(note === undefined ? {} : { note }) } as const;
      return (await client.call(routes.createApproval, { params: { app, version }, body })).body;
    });
    const style = createStyle(io);
    print(input, io, {
      json: approval,
      table: () => [
        verdict === "approve"
          ? style.green(`version ${version} is approved for ${environment}`)
          : style.yellow(`version ${version} is rejected for ${environment}`),
      ],
    });
    return 0;
  },
};

function readVersionNumber(text: string): number {
  const version = Number(text);
  if (/^\d+$/.test(text) && version >= 1 && Number.isSafeInteger(version)) return version;
  throw new UsageError("OPTION_INVALID", `expected a version's number, got ${text}`);
}

/** Signs a person in for as long as something is done. */
async function asPerson<T>(
  options: Options,
  io: Io,
  act: (client: ReturnType<typeof createControlClient>) => Promise<T>,
): Promise<T> {
  const server = await requireServer(options, io);
  const email = await askIfMissing({ option: "email", prompt: "Email: " }, options, io);
  const password = await readPassword(options, io);
  const client = createControlClient({ server, fetch: createSessionFetch(io) }, io);
  await client.call(routes.createSession, { body: { email, password } });
  try {
    return await act(client);
  } finally {
    // A session that could not be ended ends by itself.
    await client.call(routes.deleteSession).catch(() => undefined);
  }
}
