import { X509Certificate } from "node:crypto";
import { UsageError } from "@holdfast/appstore/errors";
import type { Io, OptionSpec, Options } from "../command.ts";
import { readText } from "../files.ts";

/** Whom to trust at an endpoint. */
export const CA_OPTION: OptionSpec = {
  flags: "--ca <file>",
  description: "trust these authorities (PEM) at the real-time URL instead of the usual ones",
};

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads the file of {@link CA_OPTION}, PEM; `undefined` without the option. Node itself takes a file
 * without certificates for one that trusts nobody.
 *
 * @throws UsageError `FILE_UNREADABLE`, `CA_INVALID`
 */
export async function readAuthorities(options: Options, io: Io): Promise<string | undefined> {
  const file = options.text("ca");
  if (file === undefined) return undefined;
  const text = await readText(io, file);
  try {
    const blocks = text.match(BLOCK) ?? [];
    for (const block of blocks) void new X509Certificate(block);
    if (blocks.length > 0) return text;
  } catch (cause) {
    throw invalid(file, cause);
  }
  throw invalid(file);
}

function invalid(file: string, cause?: unknown): UsageError<"CA_INVALID"> {
  return new UsageError("CA_INVALID", `${file}: expected certificates in PEM`, { cause });
}
