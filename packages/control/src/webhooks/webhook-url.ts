import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** Where webhooks may be. */
export interface WebhookReach {
  /**
   * Whether private networks and this machine may be posted to, and there without TLS; default false. For
   * receivers beside the server, where everybody who administers an app may reach what it reaches.
   */
  readonly allowPrivateNetworks?: boolean | undefined;
}

/** Says why nothing can be posted to a URL, as far as the URL alone tells; undefined where something can. */
export function describeUrlProblem(text: string, reach: WebhookReach): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return "expected a URL";
  if (url.username !== "" || url.password !== "") return "expected a URL without a user in it";
  if (url.protocol === "http:" && reach.allowPrivateNetworks !== true) {
    return "expected https://; http is there only where the server allows private networks";
  }
  const host = hostOf(url);
  if (isIP(host) !== 0) {
    return isReachable(host, url, reach) ? undefined : refusedAddress(url);
  }
  const isThisMachine = host === "localhost" || host.endsWith(".localhost");
  return isThisMachine && reach.allowPrivateNetworks !== true ? refusedAddress(url) : undefined;
}

/** Returns a URL's host as it is looked up: IPv6 addresses without their brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** Tells whether a URL may be posted to at this address: what is not encrypted stays in private networks. */
export function isReachable(
  address: string,
  { protocol }: URL,
  { allowPrivateNetworks = false }: WebhookReach,
): boolean {
  if (isPublicAddress(address)) return protocol === "https:";
  return allowPrivateNetworks;
}

function refusedAddress({ protocol }: URL): string {
  if (protocol === "http:") return "expected https:// for an address outside private networks";
  return "expected an address in the public internet; start the server with HOLDFAST_ALLOW_PRIVATE_WEBHOOKS=true where one in a private network is meant";
}
