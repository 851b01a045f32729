import type { Io } from "../command.ts";
import { readText } from "../files.ts";

/**
 * Returns what a variable of the environment holds, or the file that `<name>_FILE` names; undefined without
 * either.
 *
 * @throws UsageError `FILE_UNREADABLE`
 */
export async function readSecretVariable(io: Io, name: string): Promise<string | undefined> {
  const given = (io.env[name] ?? "").trim();
  if (given !== "") return given;
  const file = (io.env[`${name}_FILE`] ?? "").trim();
  const text = file === "" ? "" : (await readText(io, file)).trim();
  return text === "" ? undefined : text;
}
