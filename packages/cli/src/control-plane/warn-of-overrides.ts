import type { Io } from "../command.ts";

const VARIABLES = ["HOLDFAST_SERVER", "HOLDFAST_TOKEN", "HOLDFAST_TOKEN_FILE"] as const;

/** Warns of variables that keep a login which was just stored from being used. */
export function warnOfOverrides(server: string, { env, warn }: Pick<Io, "env" | "warn">): void {
  for (const variable of VARIABLES) {
    const value = env[variable]?.trim().replace(/\/+$/, "") ?? "";
    if (value === "" || value === server) continue;
    warn(`${variable} is set and counts before the stored login; unset it to use the login`);
  }
}
