import { PolicyError } from "@holdfast/appstore/errors";

/**
 * Why there are no credentials to go on with.
 *
 * - `CREDENTIALS_MISSING`: no profile, no default and nothing in the environment
 * - `CREDENTIALS_INCOMPLETE`: the environment has some of a key's variables, not all
 * - `CREDENTIALS_MIXED`: strict, and both a profile and a key in the environment are given
 * - `PROFILE_UNKNOWN`: no stored credential has this name
 * - `PROFILE_OF_ASC`: the stored credential is `asc`'s, which we do not change
 * - `DEFAULT_UNKNOWN`: several are stored and none is the default, or the default is gone
 * - `CONFIG_INVALID`: a configuration file is not what it should be
 * - `PRIVATE_KEY_UNREADABLE`: the file of a private key cannot be read
 * - `PRIVATE_KEY_INVALID`: what was read is no private key as Apple gives them
 */
export type CredentialsErrorCode =
  | "CREDENTIALS_MISSING"
  | "CREDENTIALS_INCOMPLETE"
  | "CREDENTIALS_MIXED"
  | "PROFILE_UNKNOWN"
  | "PROFILE_OF_ASC"
  | "DEFAULT_UNKNOWN"
  | "CONFIG_INVALID"
  | "PRIVATE_KEY_UNREADABLE"
  | "PRIVATE_KEY_INVALID";

/** There are no credentials to go on with. Exit code 1, as scripts written for `asc` expect. */
export class CredentialsError extends PolicyError<CredentialsErrorCode> {}
