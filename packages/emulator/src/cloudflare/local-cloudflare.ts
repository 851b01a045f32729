import type { CloudflarePermission } from "./api-tokens.ts";
import type { CloudflareFaults } from "./cloudflare-fault.ts";
import type { DeployedScript } from "./deployed-script.ts";
import type { KvRequest } from "./kv-backend.ts";
import type { CloudflareQueue } from "./queue-routes.ts";

/** A call of the API. */
export interface CloudflareRequest {
  readonly method: string;
  /** Below `/client/v4`, as it came, like `/accounts/…/storage/kv/namespaces/…/bulk`. */
  readonly path: string;
  /** The answer's; missing when the connection was cut. */
  readonly status?: number;
  /** When it was answered, in milliseconds since 1970. */
  readonly at: number;
}

/** A Cloudflare on this machine: its API, and the namespaces its Workers read. */
export interface LocalCloudflare {
  /** Like `http://127.0.0.1:40001/client/v4`: what wrangler takes as `CLOUDFLARE_API_BASE_URL`. */
  readonly apiUrl: string;
  /** The one account there is. */
  readonly accountId: string;
  /** A token that may everything. */
  readonly apiToken: string;
  /** Makes a token, by default one that may everything. */
  addToken(permissions?: readonly CloudflarePermission[]): string;
  /** Makes an empty namespace and returns its id; throws when the title is taken. */
  addNamespace(title?: string): string;
  /**
   * Returns the address that a workerd reads a namespace from, which is in a location of Cloudflare's
   * network (default `local`); the same for the same two. Throws when there is no such namespace.
   */
  kvUrl(namespaceId: string, location?: string): Promise<string>;
  /** Returns what Cloudflare has under a key as text, without asking the API; undefined for nothing. */
  value(namespaceId: string, key: string): string | undefined;
  /** Returns the keys of a namespace that have a value, in their order. */
  keys(namespaceId: string): readonly string[];
  /** Returns a Worker as it answers; undefined when there is none, or no version of it was deployed. */
  script(name: string): DeployedScript | undefined;
  readonly queues: readonly CloudflareQueue[];
  /** The last 50,000 calls of the API. */
  readonly requests: readonly CloudflareRequest[];
  /** The last 50,000 requests of Workers. */
  readonly kvRequests: readonly KvRequest[];
  readonly faults: CloudflareFaults;
  /** Stops listening; what waits is cut off. */
  close(): Promise<void>;
}
