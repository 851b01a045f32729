/** A Workers KV namespace, and what opens it. */
export interface CloudflareAccess {
  readonly accountId: string;
  readonly namespaceId: string;
  /** A token with Workers KV Storage: Edit, and nothing else. */
  readonly apiToken: string;
  /** Default: `https://api.cloudflare.com/client/v4`; http only on this machine. */
  readonly apiUrl?: string | undefined;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch | undefined;
}
