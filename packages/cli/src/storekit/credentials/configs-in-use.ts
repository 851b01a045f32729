import type { Io } from "../../command.ts";
import { readConfigFile } from "./config-file.ts";
import type { ConfigFile } from "./config-file.ts";
import { locateConfigs } from "./config-locations.ts";
import type { ConfigFamily } from "./config-locations.ts";
import { readPrivateKeyFile, resolveKeyPath } from "./private-key-file.ts";
import type { StoredCredential } from "./stored-credential.ts";

/** What the configuration files of one program say together. */
export interface ConfigsInUse {
  readonly credentials: readonly StoredCredential[];
  /** The name of the default, which may be kept elsewhere. */
  readonly defaultName: string | undefined;
}

/**
 * Reads the files that count: the active one, and the global one where the active one has no keys.
 *
 * @throws CredentialsError `CONFIG_INVALID`
 */
export async function readConfigsInUse(
  io: Pick<Io, "env" | "cwd">,
  family: ConfigFamily,
): Promise<ConfigsInUse> {
  const [first, ...rest] = configPaths(io, family);
  if (first === undefined) return { credentials: [], defaultName: undefined };
  const active = await readConfigFile(first);
  const others = active.keys.length > 0 ? [] : await Promise.all(rest.map(readConfigFile));
  const files = [active, ...others];
  return {
    credentials: files.flatMap((file) => credentialsOf(file, family, io)),
    defaultName: files.find(({ defaultKeyName }) => defaultKeyName !== undefined)?.defaultKeyName,
  };
}

/** Returns the paths of the active and the global configuration, without repeating one. */
export function configPaths(io: Pick<Io, "env" | "cwd">, family: ConfigFamily): readonly string[] {
  const { active, global } = locateConfigs(io, family);
  return [...new Set([active, global])].filter((path) => path !== undefined);
}

function credentialsOf(
  { path, keys }: ConfigFile,
  family: ConfigFamily,
  io: Pick<Io, "env" | "cwd">,
): readonly StoredCredential[] {
  return keys.map(({ privateKeyPath, ...identity }) => ({
    ...identity,
    source: family === "asc" ? "asc" : "config",
    configPath: path,
    privateKeyPath: resolveKeyPath(privateKeyPath, io),
    readPrivateKey: () => readPrivateKeyFile(privateKeyPath, io),
  }));
}
