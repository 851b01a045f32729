import type { Team } from "../connect-api/index.ts";
import { emulatorError } from "../errors/index.ts";
import { findApp, type World } from "../world/index.ts";
import type { Credentials, ShownCredentials } from "./emulator.ts";

/** An emulator's credentials: with keys in process, without them for everybody else. */
export interface CredentialOperations {
  readonly credentials: (app: string) => Credentials;
  readonly shownCredentials: (app: string) => ShownCredentials;
}

/** Where the APIs answer, and the App Store Connect API's keys. */
export interface CredentialsContext {
  readonly baseUrl: string;
  /** By issuer. */
  readonly teams: ReadonlyMap<string, Team>;
}

/** Returns what tells the credentials of the apps in `world`. */
export function createCredentialOperations(
  world: World,
  context: CredentialsContext,
): CredentialOperations {
  return {
    credentials(app) {
      const { key, connect } = findKeys(world, app, context);
      return {
        ...shownCredentialsOf(world, app, context),
        privateKey: key.privateKeyPem,
        connectPrivateKey: connect.privateKeyPem,
      };
    },
    shownCredentials: (app) => shownCredentialsOf(world, app, context),
  };
}

function findKeys(world: World, id: string, { teams }: CredentialsContext) {
  const { definition, keys } = findApp(world, id);
  const [key] = keys;
  const connect = teams.get(definition.issuerId)?.key;
  if (key === undefined || connect === undefined) {
    throw emulatorError("OPTIONS_INVALID", `expected the app ${id} to have a key`);
  }
  return { key, connect };
}

function shownCredentialsOf(
  world: World,
  id: string,
  context: CredentialsContext,
): ShownCredentials {
  const { definition, environments } = findApp(world, id);
  const { issuerId, bundleId, appAppleId } = definition;
  const { key, connect } = findKeys(world, id, context);
  const subscriber = [...environments.sandbox.subscribers.values()].find(
    ({ ownership }) => ownership === "PURCHASED",
  );
  if (subscriber === undefined) {
    throw emulatorError("SUBSCRIBER_UNKNOWN", `the app ${id} has no subscriber in the sandbox`);
  }
  const { baseUrl } = context;
  return {
    keyId: key.keyId,
    issuerId,
    bundleId,
    appAppleId,
    ...(key.privateKeyPath === undefined ? {} : { privateKeyPath: key.privateKeyPath }),
    sandboxBaseUrl: `${baseUrl}/sandbox`,
    productionBaseUrl: `${baseUrl}/production`,
    originalTransactionId: subscriber.originalTransactionId,
    productId: subscriber.productId,
    connectKeyId: connect.keyId,
    connectIssuerId: connect.issuerId,
    ...(connect.privateKeyPath === undefined
      ? {}
      : { connectPrivateKeyPath: connect.privateKeyPath }),
    connectBaseUrl: `${baseUrl}/connect`,
  };
}
