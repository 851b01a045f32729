import type { CountedHost } from "./tables.ts";

/** Returns as what a host is counted; records of releases that did not say are of Node hosts. */
export function countedHost(host: string | undefined): CountedHost {
  if (host === undefined) return "node";
  return host === "node" || host === "cloudflare-workers" ? host : "other";
}
