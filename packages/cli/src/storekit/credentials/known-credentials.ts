import { CodedError } from "@holdfast/appstore/errors";
import type { Io, Options } from "../../command.ts";
import { createCredentialStore } from "./credential-store.ts";
import { readEnvironmentCredential } from "./environment-credentials.ts";
import type { EnvironmentCredential } from "./environment-credentials.ts";
import {
  resolveCredentials,
  resolvedFrom,
  resolvedFromEnvironment,
} from "./resolve-credentials.ts";
import type { CredentialsIo, ResolvedCredentials } from "./resolve-credentials.ts";

/** Credentials that can be used, and whether they are where none are named. */
export interface KnownCredentials {
  readonly credentials: ResolvedCredentials;
  readonly isDefault: boolean;
}

/** Returns the environment's credentials, when they are complete, and all stored ones. */
export async function listKnownCredentials(
  options: Pick<Options, "text">,
  io: Pick<Io, "env" | "cwd" | "keychain">,
): Promise<readonly KnownCredentials[]> {
  const stored = await createCredentialStore(io).list();
  const ofEnvironment = completeEnvironmentCredential(io);
  const bundleId = options.text("bundle-id");
  return [
    ...(ofEnvironment === undefined
      ? []
      : [{ credentials: resolvedFromEnvironment(ofEnvironment, bundleId), isDefault: false }]),
    ...stored.map(({ credential, isDefault }) => ({
      credentials: resolvedFrom(credential),
      isDefault,
    })),
  ];
}

/** What is wrong with them is told where they would be used. */
function completeEnvironmentCredential(
  io: Pick<Io, "env" | "cwd">,
): EnvironmentCredential | undefined {
  try {
    return readEnvironmentCredential(io);
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** Which credentials a command would use, or why there are none. */
export type ActiveCredentials =
  | { readonly name: string; readonly source: string }
  | { readonly error: string };

/** Finds the credentials a command would use. */
export async function findActiveCredentials(
  options: Pick<Options, "text">,
  io: CredentialsIo,
): Promise<ActiveCredentials> {
  try {
    const { name, source } = await resolveCredentials(options, io);
    return { name, source };
  } catch (error) {
    if (error instanceof CodedError) return { error: error.message };
    throw error;
  }
}
