import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { routes } from "@holdfast/api";
import type { Role } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { Io } from "../command.ts";
import { createControlClient } from "../control-plane/control-client.ts";
import { createSessionFetch } from "../control-plane/session-fetch.ts";
import { parseSetupLink } from "../control-plane/setup-link.ts";
import { writePrivateFile } from "../private-file.ts";

/** Who signs in to a session on one machine; the password is made for it and shown nowhere. */
const ADMIN = { email: "dev@example.com", name: "This machine" };

/** A control plane as its first admin calls it. */
export interface DevControl {
  readonly client: ApiClient;
  /** Makes another token and returns its secret. */
  readonly createToken: (role: Role | "runtime") => Promise<string>;
}

/** What a control plane is set up with. */
export interface DevControlOptions {
  /** Where it listens. */
  readonly server: string;
  /** As the server gave it. */
  readonly setupLink: string;
}

/** Makes the first admin of a fresh control plane by its one-time link. */
export async function setUpControl(
  { server, setupLink }: DevControlOptions,
  io: Io,
): Promise<DevControl> {
  const { code } = parseSetupLink(setupLink);
  const session = createControlClient({ server, fetch: createSessionFetch(io) }, io);
  const password = randomBytes(24).toString("base64url");
  await session.call(routes.createFirstAdmin, { body: { ...ADMIN, code, password } });
  const createToken = async (role: Role | "runtime"): Promise<string> => {
    const body = { name: `holdfast dev, ${role}`, role, apps: "all" } as const;
    return (await session.call(routes.createToken, { body })).body.secret;
  };
  const client = createControlClient({ server, token: await createToken("admin") }, io);
  return { client, createToken };
}

/** Keeps a token in a file of this session's, for commands in other terminals; returns the file. */
export async function keepToken(token: string, dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, "token");
  await writePrivateFile(file, `${token}\n`);
  return file;
}
