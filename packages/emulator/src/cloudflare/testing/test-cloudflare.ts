import { onTestFinished } from "vitest";
import { createManualClock, type ManualClock } from "../../testing/manual-clock.ts";
import type { CloudflareOptions } from "../cloudflare-options.ts";
import type { LocalCloudflare } from "../local-cloudflare.ts";
import { startCloudflare } from "../start-cloudflare.ts";

/** An answer of the API. */
interface CalledApi {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly body: unknown;
}

/** How a test calls the API; a body other than text is sent as JSON. */
interface ApiCallOptions {
  /** Default: the one that may everything; null sends none. */
  readonly token?: string | null;
  readonly body?: unknown;
}

/** A local Cloudflare with one namespace, whose time a test moves. */
export interface TestCloudflare {
  readonly cloudflare: LocalCloudflare;
  readonly clock: ManualClock;
  readonly namespaceId: string;
  /** Calls what is below the account, like `PUT workers/scripts/a`, or `PUT ns/bulk` for the namespace. */
  readonly call: (operation: string, options?: ApiCallOptions) => Promise<CalledApi>;
  /** Reads a key as a workerd in a location does; undefined for none. */
  readonly see: (
    key: string,
    options?: { readonly location?: string; readonly cacheTtl?: number | undefined },
  ) => Promise<string | undefined>;
}

/** Starts one; it is gone when the test is over. */
export async function startTestCloudflare(
  options: CloudflareOptions = {},
): Promise<TestCloudflare> {
  const clock = createManualClock();
  const cloudflare = await startCloudflare({ clock, ...options });
  onTestFinished(() => cloudflare.close());
  const namespaceId = cloudflare.addNamespace("test");
  const account = `${cloudflare.apiUrl}/accounts/${cloudflare.accountId}`;
  return {
    cloudflare,
    clock,
    namespaceId,
    async call(operation, { token = cloudflare.apiToken, body } = {}) {
      const [method = "", path = ""] = operation.split(" ");
      const url = `${account}/${path.replace(/^ns\b/, `storage/kv/namespaces/${namespaceId}`)}`;
      const response = await fetch(url, {
        method,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: toBody(body) }),
      });
      const { status, headers } = response;
      const text = await response.text();
      return { status, headers, text, body: parse(text) };
    },
    async see(key, { location, cacheTtl } = {}) {
      const base = await cloudflare.kvUrl(namespaceId, location);
      const ttl = cacheTtl === undefined ? "" : `&cache_ttl=${cacheTtl}`;
      const response = await fetch(`${base}/${encodeURIComponent(key)}?urlencoded=true${ttl}`);
      const text = await response.text();
      if (response.status === 404) return undefined;
      return response.status === 200 ? text : `${response.status} ${text}`;
    },
  };
}

function toBody(body: unknown): string | FormData {
  return typeof body === "string" || body instanceof FormData ? body : JSON.stringify(body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
