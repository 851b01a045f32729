import { UsageError } from "@holdfast/appstore/errors";
import type { TrustStore } from "@holdfast/appstore/signed-data";
import type { Io, OptionSpec, Options } from "../command.ts";
import { readTrustedRoots, TRUSTED_ROOT_OPTION } from "../trusted-roots.ts";

/** What every command takes whose answer holds signed data. */
export const SIGNED_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--decode",
    description:
      "beside each signed field, also show <field>Decoded: what is in it, NOT verified (tables always do)",
  },
  {
    flags: "--verify",
    description:
      "verify everything signed and show what is in it, as --decode does; ends with 1 when something does not hold",
  },
  { ...TRUSTED_ROOT_OPTION, description: `with --verify, ${TRUSTED_ROOT_OPTION.description}` },
];

/** What is said about signed data in the help of each of these commands. */
export const SIGNED_HELP =
  "JSON is Apple's answer as it came. Signed data in it is not verified unless --verify is given.";

/** What a command line wants of signed data; `trust` is there when it is to be verified. */
export interface SignedWish {
  readonly decode: boolean;
  readonly trust: TrustStore | undefined;
}

/**
 * Reads {@link SIGNED_OPTIONS}.
 *
 * @throws UsageError `OPTION_INVALID`, `FILE_UNREADABLE`, `ROOT_INVALID`
 */
export async function readSignedWish(options: Options, io: Io): Promise<SignedWish> {
  const roots = options.list("trusted-root");
  const verify = options.flag("verify");
  if (roots.length > 0 && !verify) {
    throw new UsageError("OPTION_INVALID", "--trusted-root requires --verify");
  }
  return {
    decode: options.flag("decode") || verify || !options.json,
    trust: verify ? await readTrustedRoots(io, roots) : undefined,
  };
}
