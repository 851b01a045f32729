import { routes } from "@holdfast/api";
import { UsageError } from "@holdfast/appstore/errors";
import type { Command, CommandInput, Io } from "../command.ts";
import { askIfMissing, PASSWORD_FILE_OPTION, readPassword } from "../control-plane/ask-person.ts";
import { createControlClient } from "../control-plane/control-client.ts";
import { requireServer, SERVER_OPTION } from "../control-plane/find-server.ts";
import { parseToken } from "../control-plane/find-token.ts";
import { LOGIN_TOKEN_OPTIONS, readLoginToken } from "../control-plane/login-options.ts";
import { createSessionFetch } from "../control-plane/session-fetch.ts";
import { storeSession } from "../control-plane/store-session.ts";
import type { StoredSession } from "../control-plane/store-session.ts";
import { requireStorable, storeLogin } from "../control-plane/stored-logins.ts";
import { warnOfOverrides } from "../control-plane/warn-of-overrides.ts";
import { readText } from "../files.ts";
import { print } from "../output.ts";
import { printable } from "../style.ts";

/** `holdfast login` */
export const login: Command = {
  summary: "Log in to a control plane",
  description:
    "Signs in with email and password, makes a token of this machine, stores it in ~/.holdfast/logins.json, which only you can read, and signs out again. Who signs in through an OpenID provider has no password here and gives a token that was made elsewhere, with --token-file. The server becomes the default of all commands. In CI no login is needed: set HOLDFAST_SERVER, and HOLDFAST_TOKEN or HOLDFAST_TOKEN_FILE.",
  options: [
    SERVER_OPTION,
    { flags: "--email <address>", description: "what you sign in with" },
    PASSWORD_FILE_OPTION,
    {
      flags: "--token-file <file>",
      description: "store the token in this file in place of signing in; - is stdin",
    },
    ...LOGIN_TOKEN_OPTIONS,
  ],
  examples: [
    {
      line: "holdfast login --server https://holdfast.example.com",
      does: "log in, and be asked for email and password",
    },
    {
      line: "holdfast login --server https://holdfast.example.com --token-file token.txt",
      does: "store a token that was made elsewhere",
    },
  ],
  async run(input, io) {
    const { options } = input;
    const server = await requireServer(options, io);
    const file = options.text("token-file");
    const { name, ...stored } =
      file === undefined
        ? await signIn(server, input, io)
        : await storeGivenToken({ server, file }, input, io);
    warnOfOverrides(server, io);
    print(input, io, {
      json: { server, name, ...stored },
      table: () => [
        `Logged in to ${server} as ${printable(name)}, ${stored.role}`,
        `${
          stored.expiresAt === undefined
            ? "It does not end by itself"
            : `It ends at ${new Date(stored.expiresAt).toISOString()}`
        }; kept in ${stored.path}`,
      ],
    });
    return 0;
  },
};

/** A login as it is told. */
interface Told extends Omit<StoredSession, "expiresAt"> {
  readonly name: string;
  readonly expiresAt?: number | undefined;
}

async function signIn(server: string, { options }: CommandInput, io: Io): Promise<Told> {
  const token = readLoginToken(options);
  await requireStorable(io);
  const email = await askIfMissing({ option: "email", prompt: "Email: " }, options, io);
  const password = await readPassword(options, io);
  const client = createControlClient({ server, fetch: createSessionFetch(io) }, io);
  const { body: session } = await client.call(routes.createSession, { body: { email, password } });
  const stored = await storeSession({ client, server, session, ...token }, io);
  return { name: session.name, ...stored };
}

/** Stores a token after the server has said whose it is: a wrong one is no login. */
async function storeGivenToken(
  { server, file }: { readonly server: string; readonly file: string },
  { options }: CommandInput,
  io: Io,
): Promise<Told> {
  for (const other of ["email", "password-file", "role", "days"]) {
    if (options.text(other) === undefined) continue;
    const message = `--${other} has no meaning with --token-file: the token has what it was made with`;
    throw new UsageError("OPTION_INVALID", message);
  }
  const token = parseToken(await readText(io, file), "--token-file");
  const { body } = await createControlClient({ server, token }, io).call(routes.readSession);
  const { name, id, role, expiresAt } = body;
  const path = await storeLogin(server, { token, expiresAt, isGiven: true }, io);
  return { name, path, tokenId: id, role, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
