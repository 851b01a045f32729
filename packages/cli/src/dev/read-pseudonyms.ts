import { routes } from "@holdfast/api";
import type { ApiClient } from "@holdfast/api/client";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { deriveRuntimeKeys, openAppKeys, pseudonymOf } from "@holdfast/runtime/keys";
import { loadRuntimeSecret, nodeCryptography } from "@holdfast/runtime/node";
import type { Io } from "../command.ts";

/** Where pseudonyms are read, and as whom. */
export interface PseudonymPlace {
  readonly app: string;
  readonly environment: FlowEnvironment;
  /** Of the runtime on this machine, which has the secret. */
  readonly dataDirectory: string;
}

/**
 * Returns what calls subscriptions as the runtime on this machine does.
 *
 * @param runtime - calls the control plane with a runtime's token
 */
export async function readPseudonyms(
  runtime: ApiClient,
  { app, environment, dataDirectory }: PseudonymPlace,
  io: Pick<Io, "env">,
): Promise<(originalTransactionId: string) => Promise<string>> {
  const place = { app, environment };
  const live = await runtime.call(routes.readLiveValue, { params: place });
  if (live.isUnchanged) throw new Error("a first answer has a body");
  const secret = await loadRuntimeSecret(dataDirectory, io.env);
  const runtimeKeys = await deriveRuntimeKeys(secret, nodeCryptography);
  const { pseudonymKey } = live.body;
  const { keys } = await openAppKeys({ pseudonymKey }, place, runtimeKeys, nodeCryptography);
  return async (originalTransactionId) => pseudonymOf(keys.pseudonym, originalTransactionId);
}
