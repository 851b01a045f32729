import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Clock } from "../clock/clock.ts";
import { listen } from "../server/listen.ts";
import type { CloudflareFault, CloudflareFaults } from "./cloudflare-fault.ts";
import { CloudflareApiError } from "./cloudflare-error.ts";
import { failureResponse } from "./envelope.ts";

/** What answers, and what goes wrong with it. */
export interface FaultyService {
  readonly on: "api" | "kv";
  readonly faults: CloudflareFaults;
  readonly clock: Clock;
  /** Ends waiting. */
  readonly closing: AbortSignal;
  answer(request: Request, falling: readonly CloudflareFault[]): Promise<Response>;
  /** Told of each request that was answered, and with `undefined` of one whose connection was cut. */
  answered?(request: Request, status: number | undefined): void;
}

/** Serves on 127.0.0.1. Throws what `listen` throws. */
export async function serveWithFaults(
  service: FaultyService,
  port: number,
): Promise<{ readonly server: Server; readonly url: string }> {
  const toListener = getRequestListener(
    async (request, { incoming, outgoing }) =>
      // The server is an HTTP/1.1 one, whose requests and responses have these types.
      respond(service, request, {
        incoming: incoming as IncomingMessage,
        outgoing: outgoing as ServerResponse,
      }),
    { overrideGlobalObjects: false },
  );
  const { server, port: found } = await listen(
    { host: "127.0.0.1", port },
    (incoming, outgoing) => void toListener(incoming, outgoing),
  );
  return { server, url: `http://127.0.0.1:${found}` };
}

interface Connection {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

async function respond(
  service: FaultyService,
  request: Request,
  connection: Connection,
): Promise<Response> {
  const { method, url } = request;
  const falling = service.faults.take(service.on, { method, path: new URL(url).pathname });
  const early = await beforeEffect(falling, service);
  const response =
    early === "cut" ? undefined : (early ?? (await service.answer(request, falling)));
  if (response === undefined || falling.some(isCut)) {
    service.answered?.(request, undefined);
    return cut(response, connection);
  }
  service.answered?.(request, response.status);
  return response;
}

/** Returns what a fault answers in place of the service; undefined where none does. */
async function beforeEffect(
  falling: readonly CloudflareFault[],
  { clock, closing }: FaultyService,
): Promise<Response | "cut" | undefined> {
  for (const fault of falling) {
    if (fault.kind === "slow" && !(await hasSlept(fault.delayMs, clock, closing))) return "cut";
    if (fault.kind === "cut" && fault.when === "beforeEffect") return "cut";
    if (fault.kind === "status") return failure(fault);
  }
  return undefined;
}

/** False when the double was closed meanwhile. */
async function hasSlept(delayMs: number, clock: Clock, closing: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(delayMs, closing);
    return true;
  } catch (error) {
    if (closing.aborted) return false;
    throw error;
  }
}

function failure({
  status,
  retryAfterSeconds,
}: Extract<CloudflareFault, { kind: "status" }>): Response {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": `${retryAfterSeconds}` };
  return failureResponse(new CloudflareApiError(status, status, "a fault asked for", headers));
}

function isCut({ kind }: CloudflareFault): boolean {
  return kind === "cut";
}

/** Ends the connection: after half of the response, or without any. */
async function cut(
  response: Response | undefined,
  { incoming, outgoing }: Connection,
): Promise<Response> {
  if (response === undefined) {
    incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  const body = Buffer.from(await response.arrayBuffer());
  // One byte more than there is, so that also an empty body is cut.
  outgoing.writeHead(response.status, { "content-length": body.length + 1 });
  outgoing.write(body.subarray(0, body.length / 2), () => incoming.socket.destroy());
  return RESPONSE_ALREADY_SENT;
}
