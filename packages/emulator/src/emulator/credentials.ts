import type { Team } from "../connect-api/index.ts";
import { emulatorError } from "../errors/index.ts";
import { findApp, type World } from "../world/index.ts";
import type { Credentials } from "./emulator.ts";

/** Returns what a client of `id` needs; throws `APP_UNKNOWN`. */
export function credentialsOf(
  world: World,
  id: string,
  { baseUrl, teams }: { readonly baseUrl: string; readonly teams: ReadonlyMap<string, Team> },
): Credentials {
  const { definition, keys, environments } = findApp(world, id);
  const { issuerId, bundleId, appAppleId } = definition;
  const [key] = keys;
  const subscriber = [...environments.sandbox.subscribers.values()].find(
    ({ ownership }) => ownership === "PURCHASED",
  );
  const connect = teams.get(issuerId)?.key;
  if (key === undefined || connect === undefined || subscriber === undefined) {
    throw emulatorError("SUBSCRIBER_UNKNOWN", `the app ${id} has no subscriber in the sandbox`);
  }
  const { keyId, privateKeyPem, privateKeyPath } = key;
  return {
    keyId,
    issuerId,
    bundleId,
    appAppleId,
    privateKey: privateKeyPem,
    ...(privateKeyPath === undefined ? {} : { privateKeyPath }),
    sandboxBaseUrl: `${baseUrl}/sandbox`,
    productionBaseUrl: `${baseUrl}/production`,
    originalTransactionId: subscriber.originalTransactionId,
    productId: subscriber.productId,
    connectKeyId: connect.keyId,
    connectIssuerId: connect.issuerId,
    connectPrivateKey: connect.privateKeyPem,
    ...(connect.privateKeyPath === undefined
      ? {}
      : { connectPrivateKeyPath: connect.privateKeyPath }),
    connectBaseUrl: `${baseUrl}/connect`,
  };
}
