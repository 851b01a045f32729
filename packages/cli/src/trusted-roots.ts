import { parseCertificatePem } from "@holdfast/appstore/crypto";
import { UsageError } from "@holdfast/appstore/errors";
import { appleTrustStore, createTrustStore } from "@holdfast/appstore/signed-data";
import type { TrustStore } from "@holdfast/appstore/signed-data";
import type { Io, OptionSpec } from "./command.ts";
import { readText } from "./files.ts";

/** Which roots signed data may come from. */
export const TRUSTED_ROOT_OPTION: OptionSpec = {
  flags: "--trusted-root <file>",
  description: "trust this root (PEM) instead of Apple's; may come more than once",
  repeatable: true,
};

/**
 * Returns what trusts the roots in these PEM files; Apple Root CA - G3 when there is none.
 *
 * @throws UsageError `FILE_UNREADABLE`, `ROOT_INVALID`
 */
export async function readTrustedRoots(io: Io, files: readonly string[]): Promise<TrustStore> {
  if (files.length === 0) return appleTrustStore;
  return createTrustStore(await Promise.all(files.map((file) => readRoot(io, file))));
}

async function readRoot(io: Io, file: string): Promise<ReturnType<typeof parseCertificatePem>> {
  const text = await readText(io, file);
  try {
    return parseCertificatePem(text);
  } catch (cause) {
    throw new UsageError("ROOT_INVALID", `${file}: expected one certificate in PEM`, { cause });
  }
}
