import type { Io } from "../../command.ts";
import { readConfigFile } from "./config-file.ts";
import type { ConfigFamily } from "./config-locations.ts";
import { configPaths, readConfigsInUse } from "./configs-in-use.ts";
import { CredentialsError } from "./credentials-error.ts";
import type { KeychainCredentials } from "./keychain-credentials.ts";

/** Stored credentials that are not used, because something else counts before them. */
export interface HiddenCredentials {
  /** The file they are in, or `the keychain`. */
  readonly place: string;
  readonly names: readonly string[];
  /** What counts before them: a file, or `the keychain`. */
  readonly hiddenBy: string;
}

const KEYCHAIN = "the keychain";

/**
 * Finds what is stored and not used: the keys of the home directory's file behind an active one with
 * keys, and what has the name of something before it.
 *
 * @throws CredentialsError `CONFIG_INVALID` for a file that is used
 */
export async function findHiddenCredentials(
  io: Pick<Io, "env" | "cwd">,
  keychain: Pick<KeychainCredentials, "names">,
): Promise<readonly HiddenCredentials[]> {
  const ours = await namedIn(io, "holdfast");
  const kept = (await keychain.names()).map((name) => ({ name, place: KEYCHAIN }));
  return [
    ...(await findUnreadFile(io, "holdfast")),
    ...findRepeats(ours, kept),
    ...(await findUnreadFile(io, "asc")),
    ...findRepeats([...ours, ...kept], await namedIn(io, "asc")),
  ];
}

/** A credential's name, and where it is. */
interface Named {
  readonly name: string;
  readonly place: string;
}

async function namedIn(
  io: Pick<Io, "env" | "cwd">,
  family: ConfigFamily,
): Promise<readonly Named[]> {
  const { credentials } = await readConfigsInUse(io, family);
  return credentials.map(({ name, configPath = family }) => ({ name, place: configPath }));
}

async function findUnreadFile(
  io: Pick<Io, "env" | "cwd">,
  family: ConfigFamily,
): Promise<readonly HiddenCredentials[]> {
  const [active, global] = configPaths(io, family);
  if (active === undefined || global === undefined) return [];
  if ((await readConfigFile(active)).keys.length === 0) return [];
  const names = await namesIn(global);
  return names.length === 0 ? [] : [{ place: global, names, hiddenBy: active }];
}

/** A file that is not used may be as it likes. */
async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return (await readConfigFile(path)).keys.map(({ name }) => name);
  } catch (error) {
    if (error instanceof CredentialsError) return [];
    throw error;
  }
}

function findRepeats(
  first: readonly Named[],
  later: readonly Named[],
): readonly HiddenCredentials[] {
  return later.flatMap(({ name, place }) => {
    const before = first.find((other) => other.name === name);
    return before === undefined ? [] : [{ place, names: [name], hiddenBy: before.place }];
  });
}
