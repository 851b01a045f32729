import { Agent, request as sendRequest } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { CLIENT_ADDRESS_HEADER } from "./client-address.ts";
import type { ClientAddress } from "./client-address.ts";

/** How requests are passed on. */
export interface PassOnOptions {
  /** Where they go: a Unix socket, or a named pipe. */
  readonly socketPath: string;
  readonly clientAddress: ClientAddress;
  /** How many requests may be under way at once; default 512. */
  readonly maxUnderWay?: number | undefined;
}

/** Passes requests on to another listener of this machine. */
export interface PassOn {
  /** Passes a request on and its answer back; answers 503 where nobody answers, or too many wait already. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Ends the streams that are passed on, which would not end by themselves; whoever reads one comes again. */
  endStreams(): void;
  /** Ends the connections that are kept. */
  close(): void;
}

/** What belongs to one connection and is not passed on (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  CLIENT_ADDRESS_HEADER,
]);

/**
 * How many requests are under way at once, streams among them. Each takes two file descriptors and its
 * buffers from a process that answers the App Store; a client that does not read its answers holds them.
 */
const MAX_UNDER_WAY = 512;

const AWAY = unavailable("the control plane is not up", "try again in a moment; its log says why");

const BUSY = unavailable("too many requests are under way", "try again in a moment");

/** The API's error shape: whoever reads it cannot know who answered. */
function unavailable(message: string, advice: string): string {
  return JSON.stringify({ error: { code: "UNAVAILABLE", message, advice } });
}

/** Returns what passes requests on as they are, streams included. */
export function createPassOn({
  socketPath,
  clientAddress,
  maxUnderWay = MAX_UNDER_WAY,
}: PassOnOptions): PassOn {
  const agent = new Agent({ keepAlive: true });
  const streams = new Set<ServerResponse>();
  let underWay = 0;
  return {
    handle(incoming, outgoing) {
      if (underWay >= maxUnderWay) {
        answerUnavailable(outgoing, BUSY);
        return;
      }
      const { method } = incoming;
      const address = clientAddress(incoming);
      if (address === undefined) {
        // Reset before it was looked at: nobody is there to be answered.
        outgoing.destroy();
        return;
      }
      const path = pathOf(incoming.url ?? "/");
      const body = bodyHeaders(incoming);
      const headers = { ...passedHeaders(incoming), ...body, [CLIENT_ADDRESS_HEADER]: address };
      // Of several names of the host the first, as Node itself reads them.
      headers["host"] = incoming.headers.host ?? "localhost";
      const request = sendRequest({ agent, socketPath, method, path, headers });
      request.on("response", (response) => {
        outgoing.writeHead(response.statusCode ?? 502, passedHeaders(response));
        if (isStream(response)) {
          streams.add(outgoing);
          outgoing.on("close", () => streams.delete(outgoing));
        }
        // A response that breaks off breaks off here, too.
        pipeline(response, outgoing, () => undefined);
      });
      request.on("error", () => {
        if (outgoing.headersSent) outgoing.destroy();
        else answerUnavailable(outgoing, AWAY);
      });
      underWay += 1;
      request.on("close", () => {
        underWay -= 1;
      });
      outgoing.on("close", () => request.destroy());
      if (body === undefined) request.end();
      else incoming.pipe(request);
    },
    endStreams() {
      for (const stream of streams) stream.end();
    },
    close: () => agent.destroy(),
  };
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers["content-type"]?.startsWith("text/event-stream") === true;
}

function answerUnavailable(outgoing: ServerResponse, body: string): void {
  const headers = { "content-type": "application/json; charset=utf-8", "retry-after": "5" };
  outgoing.writeHead(503, headers).end(body);
}

/** A request may name a whole URL (RFC 9112 §3.2.2). */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  return path.startsWith("/") ? path : `/${path}`;
}

/**
 * Tells how long the body is, anew and for every method: without that Node sends the body of a GET or a
 * DELETE bare, and the other side would take it for the next request, its headers and all.
 */
function bodyHeaders({ headers }: IncomingMessage): OutgoingHttpHeaders | undefined {
  if (headers["transfer-encoding"] !== undefined) return { "transfer-encoding": "chunked" };
  const length = headers["content-length"];
  return length === undefined ? undefined : { "content-length": length };
}

/** All values of a header, in the order they came. */
function passedHeaders({ headersDistinct, headers }: IncomingMessage): OutgoingHttpHeaders {
  const own = new Set(
    (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase()),
  );
  const passed: OutgoingHttpHeaders = {};
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    if (HOP_BY_HOP.has(name) || own.has(name)) continue;
    // One value as a text: for some headers Node takes no list.
    passed[name] = values.length === 1 ? values[0] : values;
  }
  return passed;
}
