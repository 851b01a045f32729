/** Where a stored credential is: our configuration, the keychain, or the configuration of `asc`. */
export type CredentialSource = "config" | "keychain" | "asc";

/** What a stored credential says of itself; never its private key. */
export interface CredentialIdentity {
  /** The profile's name. */
  readonly name: string;
  readonly keyId: string;
  readonly issuerId: string;
  readonly bundleId: string;
}

/** A stored In-App Purchase key. Printing or serialising it shows nothing of the private key. */
export interface StoredCredential extends CredentialIdentity {
  readonly source: CredentialSource;
  /** The configuration file it is in; undefined for the keychain. */
  readonly configPath: string | undefined;
  /** The file of the private key, absolute; undefined for the keychain. */
  readonly privateKeyPath: string | undefined;
  /**
   * Returns the private key, PEM.
   *
   * @throws CredentialsError `PRIVATE_KEY_UNREADABLE`
   */
  readonly readPrivateKey: () => Promise<string>;
}
