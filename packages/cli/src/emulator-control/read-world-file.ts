import { UsageError } from "@holdfast/appstore/errors";
import { type AppDefinition, parseWorldFile } from "@holdfast/emulator";
import { parse as parseYaml } from "yaml";
import type { Io } from "../command.ts";
import { readText } from "../files.ts";

/**
 * Returns the apps that a file in YAML or JSON defines, see `parseWorldFile`.
 *
 * @throws UsageError `FILE_UNREADABLE`; `WORLD_INVALID` with everything that is wrong and where
 */
export async function readWorldFile(io: Io, file: string): Promise<readonly AppDefinition[]> {
  const text = await readText(io, file);
  try {
    // JSON is YAML too.
    return parseWorldFile(parseYaml(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError("WORLD_INVALID", `${file}:\n${reason}`, { cause });
  }
}
