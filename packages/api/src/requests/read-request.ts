import type { Route } from "../contract/route.ts";
import type { RouteInput } from "../contract/route-types.ts";
import { bodyTooLarge, invalid, maxBodyBytesOf, parseRequest } from "./parse-request.ts";

/**
 * Reads a request of the operation, its body no further than the operation's limit, and returns what a
 * handler is given.
 *
 * @param params - the path's parameters, percent-decoded, as the router found them
 * @throws ApiRefusal as {@link parseRequest}
 */
export async function readRequest<R extends Route>(
  route: R,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<RouteInput<R>> {
  const bodyText = await readText(route, request);
  const query = new URL(request.url).searchParams;
  return parseRequest(route, { params, query, headers: request.headers, bodyText });
}

async function readText(route: Route, request: Request): Promise<string> {
  if (request.body === null) return "";
  // One byte tells that there is a body where none is taken.
  const maxBytes = Math.max(maxBodyBytesOf(route), 1);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  let text = "";
  let size = 0;
  const next = () => reader.read().catch(() => Promise.reject(brokenOff(route)));
  for (let chunk = await next(); !chunk.done; chunk = await next()) {
    size += chunk.value.length;
    if (size > maxBytes) {
      // What is left is not waited for: the sender may never end.
      void reader.cancel().catch(() => {});
      throw route.body === undefined ? noBody(route) : bodyTooLarge(route);
    }
    text += decodeChunk(route, () => decoder.decode(chunk.value, { stream: true }));
  }
  return text + decodeChunk(route, () => decoder.decode());
}

function decodeChunk(route: Route, decode: () => string): string {
  try {
    return decode();
  } catch {
    throw invalid(route, [{ path: ["body"], message: "expected UTF-8" }]);
  }
}

/** The sender's doing, and no fault of ours. */
function brokenOff(route: Route): Error {
  return invalid(route, [{ path: ["body"], message: "broke off before its end" }]);
}

function noBody(route: Route): Error {
  return invalid(route, [{ path: ["body"], message: "expected no body" }]);
}
