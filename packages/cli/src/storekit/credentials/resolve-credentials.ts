import type { Io, Options } from "../../command.ts";
import { isSwitchedOn } from "../../switch-variable.ts";
import { createCredentialStore } from "./credential-store.ts";
import type { CredentialStore } from "./credential-store.ts";
import { CredentialsError } from "./credentials-error.ts";
import { hasEnvironmentCredential, readEnvironmentCredential } from "./environment-credentials.ts";
import type { EnvironmentCredential } from "./environment-credentials.ts";
import type { CredentialSource, StoredCredential } from "./stored-credential.ts";
import { tellProjectOf, warnOfIgnoredConfigs } from "./told-configs.ts";

/** The credentials a command uses. Printing or serialising them shows nothing of the private key. */
export interface ResolvedCredentials {
  /** The profile's name, or `environment`. */
  readonly name: string;
  readonly source: CredentialSource | "environment";
  readonly keyId: string;
  readonly issuerId: string;
  /** What is stored with the key; undefined where nothing is. */
  readonly bundleId: string | undefined;
  /** The file of the private key, absolute; undefined where it is in the keychain or a variable. */
  readonly privateKeyPath: string | undefined;
  /** Returns the private key, PEM. */
  readonly readPrivateKey: () => Promise<string>;
}

/** What finding credentials touches; on standard error it tells whose they are. */
export type CredentialsIo = Pick<Io, "env" | "cwd" | "keychain" | "stderr" | "warn" | "isErrTty">;

const STRICT_VARIABLES = ["HOLDFAST_STOREKIT_STRICT_AUTH", "ASC_STOREKIT_STRICT_AUTH"];

/**
 * Finds the credentials of a command line: the named profile, else the environment's key, else the
 * stored default. With a named profile the environment's key is not looked at, unless strict
 * authentication (`HOLDFAST_STOREKIT_STRICT_AUTH`) forbids having both.
 *
 * @throws CredentialsError
 * @throws UsageError `PRIVATE_KEY_INVALID` for a variable that is no Base64, `OPTION_INVALID`
 */
export async function resolveCredentials(
  options: Pick<Options, "text">,
  io: CredentialsIo,
): Promise<ResolvedCredentials> {
  const profile = options.text("storekit-profile")?.trim() ?? "";
  if (profile !== "") return findProfile(profile, io);
  const ofEnvironment = readEnvironmentCredential(io);
  if (ofEnvironment !== undefined) return resolvedFromEnvironment(ofEnvironment);
  warnOfIgnoredConfigs(io);
  const store = createCredentialStore(io);
  const found = await store.findDefault();
  if (found === undefined) throw missing(store);
  tellProjectOf(found, io);
  return resolvedFrom(found);
}

/** Returns the environment's credentials as a command uses them; its app is an option's. */
export function resolvedFromEnvironment(
  found: EnvironmentCredential,
  bundleId?: string,
): ResolvedCredentials {
  return { name: "environment", source: "environment", bundleId, ...found };
}

/** Returns stored credentials as a command uses them. */
export function resolvedFrom(stored: StoredCredential): ResolvedCredentials {
  const { name, source, keyId, issuerId, bundleId, privateKeyPath, readPrivateKey } = stored;
  // A configuration of `asc` may leave the app out.
  const app = bundleId === "" ? undefined : bundleId;
  return { name, source, keyId, issuerId, bundleId: app, privateKeyPath, readPrivateKey };
}

async function findProfile(name: string, io: CredentialsIo): Promise<ResolvedCredentials> {
  if (isStrict(io) && hasEnvironmentCredential(io)) {
    throw new CredentialsError(
      "CREDENTIALS_MIXED",
      "mixed StoreKit authentication sources detected: profile and HOLDFAST_STOREKIT_* or ASC_STOREKIT_* key credentials; unset one, or strict authentication",
    );
  }
  warnOfIgnoredConfigs(io);
  const store = createCredentialStore(io);
  const found = await store.find(name);
  if (found === undefined) throw profileUnknown(name, store);
  tellProjectOf(found, io);
  return resolvedFrom(found);
}

/** Returns the error for a name that nothing is stored under. */
export function profileUnknown(
  name: string,
  store: Pick<CredentialStore, "places">,
): CredentialsError {
  return new CredentialsError(
    "PROFILE_UNKNOWN",
    `no StoreKit credentials named ${name} in ${store.places().join(", ")}; see what there is: holdfast storekit auth status`,
  );
}

function isStrict({ env }: Pick<Io, "env">): boolean {
  return isSwitchedOn(STRICT_VARIABLES, env);
}

function missing(store: CredentialStore): CredentialsError {
  return new CredentialsError(
    "CREDENTIALS_MISSING",
    `no StoreKit credentials: none in the environment (HOLDFAST_STOREKIT_KEY_ID, _ISSUER_ID, _PRIVATE_KEY_PATH) and none stored in ${store.places().join(", ")}; ` +
      "store an In-App Purchase key: holdfast storekit auth login --name NAME --key-id ID --issuer-id ID --private-key FILE.p8 --bundle-id ID",
  );
}
