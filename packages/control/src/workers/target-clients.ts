import { createCallPace, createKvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import type { CallPace, KvNamespaceClient } from "@holdfast/runtime/workers-publishing";
import { openSecret } from "../secrets/index.ts";
import type { Keyring } from "../secrets/index.ts";
import type { Queries } from "../storage/index.ts";
import { tokenBinding } from "./target.ts";
import type { WorkersTarget } from "./target.ts";

/** What clients are made from. */
export interface TargetClientsOptions {
  readonly queries: Queries;
  readonly keyring: Keyring;
  /** Instead of Cloudflare's, for a local one: https, or http on this machine. */
  readonly apiUrl?: string | undefined;
}

/** Clients of Cloudflare's API for the namespaces of apps. */
export interface TargetClients {
  /**
   * Returns the client of a target: one for each, so that its pacing holds over all that is written there by
   * this process. A target whose token changed has another. Those of one account keep one pace: Cloudflare's
   * limit is a user's, and who is above it is refused everything for five minutes.
   *
   * Throws SECRET_NOT_FOUND, SECRET_KEY_UNKNOWN, SECRET_SEAL_BROKEN.
   */
  readonly clientOf: (target: WorkersTarget) => Promise<KvNamespaceClient>;
  /**
   * Returns a client that is kept for nobody, to try a token with before it is one of a target.
   *
   * @throws UsageError `CLOUDFLARE_TOKEN_INVALID`
   */
  readonly tryWith: (
    target: Pick<WorkersTarget, "accountId" | "namespaceId">,
    apiToken: string,
  ) => KvNamespaceClient;
}

/**
 * Returns clients for any app.
 *
 * @throws UsageError `CLOUDFLARE_URL_INVALID`
 */
export function createTargetClients({
  queries,
  keyring,
  apiUrl,
}: TargetClientsOptions): TargetClients {
  /** By app: of a target that was changed the client before is of no more use. */
  const clients = new Map<string, { readonly id: string; readonly client: KvNamespaceClient }>();
  /** By account. */
  const paces = new Map<string, CallPace>();

  function paceOf(accountId: string): CallPace {
    const pace = paces.get(accountId) ?? createCallPace();
    paces.set(accountId, pace);
    return pace;
  }

  function open(
    { accountId, namespaceId }: Pick<WorkersTarget, "accountId" | "namespaceId">,
    apiToken: string,
    pace?: CallPace,
  ): KvNamespaceClient {
    return createKvNamespaceClient({ accountId, namespaceId, apiToken, apiUrl }, { pace });
  }

  const tryWith: TargetClients["tryWith"] = (target, apiToken) => open(target, apiToken);

  // An address that is wrong is to be known at the start, and not when something is to be written.
  tryWith({ accountId: "none", namespaceId: "none" }, "none");
  return {
    tryWith,
    async clientOf(target) {
      const known = clients.get(target.app);
      if (known?.id === target.id) return known.client;
      const token = await openSecret(queries, keyring, tokenBinding(target));
      // Somebody else may have made one meanwhile: all use the first.
      const first = clients.get(target.app);
      if (first?.id === target.id) return first.client;
      const client = open(target, new TextDecoder().decode(token), paceOf(target.accountId));
      clients.set(target.app, { id: target.id, client });
      return client;
    },
  };
}
