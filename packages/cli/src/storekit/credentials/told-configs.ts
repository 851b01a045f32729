import type { Io } from "../../command.ts";
import { printable } from "../../style.ts";
import { locateConfigs } from "./config-locations.ts";
import type { StoredCredential } from "./stored-credential.ts";

const FAMILIES = ["holdfast", "asc"] as const;

/** Warns of each configuration above the working directory that does not count. */
export function warnOfIgnoredConfigs(io: Pick<Io, "env" | "cwd" | "warn">): void {
  for (const { path, reason } of FAMILIES.flatMap((family) => locateConfigs(io, family).ignored)) {
    io.warn(`${path} does not count: ${reason}`);
  }
}

/** Says on a terminal that credentials are those of a project, which may be somebody else's. */
export function tellProjectOf(
  { name, configPath }: Pick<StoredCredential, "name" | "configPath">,
  io: Pick<Io, "env" | "cwd" | "stderr" | "isErrTty">,
): void {
  if (!io.isErrTty || configPath === undefined) return;
  if (!FAMILIES.some((family) => locateConfigs(io, family).project === configPath)) return;
  io.stderr(`${printable(`using the credentials ${name} of this project's ${configPath}`)}\n`);
}
