import { once } from "node:events";
import { lookup as systemLookup } from "node:dns/promises";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import { isPublicAddress } from "../webhooks/index.ts";

/** What decides where may be asked; tests bring their own. */
export interface PublicFetchMeans {
  /** Returns an address of a host; default the system's first. */
  readonly resolve?: (host: string) => Promise<{ readonly address: string }>;
  /** Default: addresses of the public internet. */
  readonly isAllowed?: (address: string) => boolean;
}

/**
 * Returns a `fetch` for plain http, method, bytes and signal, that reaches the public internet alone and rejects for
 * anything else: this machine, its network, what is reserved. The address that is connected to is the very one that
 * was checked: a name that leads elsewhere by the time of the connection gains nothing.
 */
export function createPublicFetch({
  resolve = (host) => systemLookup(host),
  isAllowed = isPublicAddress,
}: PublicFetchMeans = {}): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.protocol !== "http:") throw new TypeError("expected an address over plain http");
    // As it is looked up: IPv6 addresses without their brackets.
    const { address } = await resolve(url.hostname.replace(/^\[(.*)\]$/, "$1"));
    if (!isAllowed(address)) throw new TypeError("expected an address in the public internet");
    return exchange(url, address, init);
  };
}

async function exchange(
  url: URL,
  address: string,
  { method, headers, body, signal }: RequestInit,
): Promise<Response> {
  const sent = request({
    host: address,
    port: url.port === "" ? 80 : url.port,
    path: `${url.pathname}${url.search}`,
    method,
    agent: false,
    signal: signal ?? undefined,
    headers: { ...Object.fromEntries(new Headers(headers)), host: url.host },
  });
  // Also after the response began: who reads that hears of it.
  sent.on("error", () => undefined);
  sent.end(body instanceof Uint8Array ? body : undefined);
  const [message] = (await once(sent, "response")) as [IncomingMessage];
  try {
    return responseOf(message);
  } catch (error) {
    // A status that is none, or one that says there is no body.
    message.destroy();
    throw error;
  }
}

function responseOf(message: IncomingMessage): Response {
  // The one stream of two type libraries.
  const body = Readable.toWeb(message) as NodeReadableStream<Uint8Array> &
    ReadableStream<Uint8Array>;
  return new Response(body, { status: message.statusCode ?? 0 });
}
