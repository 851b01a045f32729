import { systemClock } from "@holdfast/emulator";
import { startCloudflare } from "@holdfast/emulator/cloudflare";
import { startLocalServer } from "./local-server.ts";
import type { Answered, Asked, LocalServer } from "./local-server.ts";

/** How reading a key goes wrong: it is never answered, or with an error. */
export type KvFault = "late" | "failing";

/** A key-value namespace as workerd reads it, at once and consistent. */
export interface ContractKv extends LocalServer {
  /** By key. */
  readonly faults: Map<string, KvFault>;
  /** Writes a value through Cloudflare's API. */
  write(key: string, text: string): Promise<void>;
}

/** Starts an empty one: the local Cloudflare's, behind a server that can fail. */
export async function startContractKv(): Promise<ContractKv> {
  let now = Date.now();
  // Each time it is asked, seconds have passed: nobody has to wait to write a key again.
  const clock = { ...systemClock, now: () => (now += 2000) };
  const cloudflare = await startCloudflare({ clock });
  const { apiUrl, accountId, apiToken } = cloudflare;
  const namespaceId = cloudflare.addNamespace();
  const kvUrl = await cloudflare.kvUrl(namespaceId);
  const faults = new Map<string, KvFault>();
  const answer = async ({ method, url, body }: Asked): Promise<Answered> => {
    const fault = faults.get(decodeURIComponent(url.pathname.slice(1)));
    if (fault !== undefined) return fault === "late" ? undefined : { status: 500 };
    const response = await fetch(kvUrl + url.pathname + url.search, {
      method,
      ...(method === "GET" ? {} : { body }),
    });
    return { status: response.status, body: await response.text() };
  };
  const server = await startLocalServer(answer);
  return {
    url: server.url,
    faults,
    async write(key, text) {
      const place = `accounts/${accountId}/storage/kv/namespaces/${namespaceId}`;
      const response = await fetch(`${apiUrl}/${place}/values/${encodeURIComponent(key)}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${apiToken}` },
        body: text,
      });
      if (!response.ok) throw new Error(`the local Cloudflare answered ${response.status}`);
    },
    async close() {
      await server.close();
      await cloudflare.close();
    },
  };
}
