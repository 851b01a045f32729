import type { Server } from "node:http";
import { stopListening } from "../server/listen.ts";
import { answerKv, type KvRequest } from "./kv-backend.ts";
import { createKvLocation } from "./kv-location.ts";
import type { KvNamespaces } from "./kv-routes.ts";
import { createRecentList } from "./recent-list.ts";
import { type FaultyService, serveWithFaults } from "./serve-with-faults.ts";

/** What Workers read: a server for each namespace and location, for a workerd asks `GET /{key}` and no more. */
export interface KvServers {
  /** Returns the address of a namespace in a location, and starts it when it is first asked for. */
  url(namespaceId: string, location: string): Promise<string>;
  readonly requests: readonly KvRequest[];
  close(): Promise<void>;
}

/** What they are made of. */
export interface KvServersOptions extends Pick<FaultyService, "clock" | "faults" | "closing"> {
  readonly namespaces: KvNamespaces;
  /** What the times of their caches are multiplied by; `undefined` caches nothing. */
  readonly cacheScale: number | undefined;
}

/** Returns no servers yet. */
export function createKvServers({
  namespaces,
  cacheScale,
  ...shared
}: KvServersOptions): KvServers {
  const { clock } = shared;
  const requests = createRecentList<KvRequest>();
  const servers = new Map<string, Promise<{ readonly server: Server; readonly url: string }>>();
  const start = async (namespaceId: string, name: string) => {
    const location = createKvLocation(namespaces.find(namespaceId), name, { clock, cacheScale });
    const seen = (request: Pick<KvRequest, "operation" | "keys" | "from">): void =>
      requests.add({ namespaceId, location: name, at: clock.now(), ...request });
    const answer = async (request: Request) => answerKv(request, { location, clock, seen });
    return serveWithFaults({ ...shared, on: "kv", answer }, 0);
  };
  return {
    async url(namespaceId, location) {
      // Thrown here, so that nothing that failed is kept.
      namespaces.find(namespaceId);
      const place = `${namespaceId}/${location}`;
      const server = servers.get(place) ?? start(namespaceId, location);
      servers.set(place, server);
      return (await server).url;
    },
    get requests() {
      return requests.items;
    },
    async close() {
      const started = await Promise.all(servers.values());
      await Promise.all(started.map(async ({ server }) => stopListening(server)));
    },
  };
}
