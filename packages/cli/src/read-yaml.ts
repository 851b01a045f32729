import { UsageError } from "@holdfast/appstore/errors";
import { parse as parseYaml } from "yaml";
import type { Io } from "./command.ts";
import { readText } from "./files.ts";

/**
 * Reads a configuration in YAML.
 *
 * @throws UsageError `FILE_UNREADABLE`, `CONFIG_INVALID`
 */
export async function readYaml(io: Io, file: string): Promise<unknown> {
  const text = await readText(io, file);
  const document = parse(text, file);
  // What a shell leaves where the command fails that was to write it.
  if (document === null) {
    throw new UsageError(
      "CONFIG_INVALID",
      `${file}: it is empty; expected apps: docs/operations.md, Configuration`,
    );
  }
  return document;
}

function parse(text: string, file: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError("CONFIG_INVALID", `${file}: ${reason}`, { cause });
  }
}
