import { UpstreamError } from "@holdfast/appstore/errors";

/** The system's store of secrets: macOS Keychain, Windows Credential Manager, a Secret Service. */
export interface Keychain {
  /** Returns the names of the secrets this program keeps. Throws {@link KeychainError}. */
  names(): Promise<readonly string[]>;
  /** Throws {@link KeychainError}. */
  read(name: string): Promise<string | undefined>;
  /** Throws {@link KeychainError}. */
  write(name: string, secret: string): Promise<void>;
  /** Tells whether there was one. Throws {@link KeychainError}. */
  remove(name: string): Promise<boolean>;
}

/** The system has no store of secrets, or it is locked. */
export class KeychainError extends UpstreamError<"KEYCHAIN_UNAVAILABLE"> {
  constructor(options?: ErrorOptions) {
    super(
      "KEYCHAIN_UNAVAILABLE",
      "expected a keychain that answers (macOS Keychain, Windows Credential Manager, a Secret Service); there is none, or it is locked",
      options,
    );
  }
}
