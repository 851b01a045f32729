import { request as sendRequest } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * Returns a `fetch` whose every request goes to one listener of this machine, whatever host the URL names.
 * It knows what a runtime asks: a method, headers, a text as body and a signal; redirects are not followed.
 */
export function createSocketFetch(socketPath: string): typeof fetch {
  return async (input, init) => {
    const { method, url, headers } = new Request(input, init);
    // Not the request's own signal: that follows this one only until the request is collected as garbage.
    const signal = init?.signal ?? undefined;
    const body = typeof init?.body === "string" ? init.body : undefined;
    const { pathname, search } = new URL(url);
    const request = sendRequest({
      socketPath,
      method,
      path: `${pathname}${search}`,
      headers: { ...Object.fromEntries(headers), host: "localhost" },
      ...(signal === undefined ? {} : { signal }),
    });
    request.end(body);
    return responseOf(await answered(request));
  };
}

function answered(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject);
  });
}

/** Statuses a Response must not have a body with. */
const BODILESS = new Set([204, 205, 304]);

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode = 502, headersDistinct } = incoming;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (BODILESS.has(statusCode)) incoming.resume();
  // Node's type of a web stream and the one of fetch are the same thing under two names.
  const body = BODILESS.has(statusCode)
    ? null
    : (Readable.toWeb(incoming) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>);
  return new Response(body, { status: statusCode, headers });
}
