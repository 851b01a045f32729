import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that went through. */
export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  /** What the server answered. */
  readonly status: number;
}

/** A proxy in front of the local App Store that can hold a request at one point. */
export interface PausingProxy {
  readonly url: string;
  /** What reached the server, in order. */
  readonly seen: readonly ProxiedRequest[];
  /** The points that were come to, in order: one before and one after each request. */
  readonly points: readonly string[];
  /** Resolves when the `k`-th point is come to, counted from 1; it is held there, before it is passed. */
  pauseAt(k: number): Promise<void>;
  /** Lets what is held go on. */
  resume(): void;
  /** Lets what is held never go on: who asked is gone. */
  drop(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback. */
export async function startPausingProxy(target: string): Promise<PausingProxy> {
  const seen: ProxiedRequest[] = [];
  const points: string[] = [];
  let pausedAt = Infinity;
  let reached = Promise.withResolvers<void>();
  let resumed = Promise.withResolvers<void>();
  const point = async (name: string): Promise<void> => {
    points.push(name);
    if (points.length !== pausedAt) return;
    reached.resolve();
    await resumed.promise;
  };
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const { method = "", url = "" } = incoming;
    await point(`before ${method} ${url}`);
    const response = await forward(target, incoming, body);
    seen.push({ method, path: url, status: response.status });
    await point(`after ${method} ${url}`);
    outgoing.writeHead(response.status, response.headers).end(response.body);
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on an address has one.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    points,
    pauseAt(k) {
      pausedAt = k;
      reached = Promise.withResolvers<void>();
      resumed = Promise.withResolvers<void>();
      return reached.promise;
    },
    resume: () => resumed.resolve(),
    drop: () => resumed.reject(new Error("dropped")),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { method, url, headers } = incoming;
  const { host: _ours, ...rest } = headers;
  const outgoing = request(new URL(url ?? "", target), { method, headers: rest });
  const responded = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve).once("error", reject);
  });
  outgoing.end(body);
  const response = await responded;
  const type = response.headers["content-type"];
  return {
    status: response.statusCode ?? 502,
    headers: type === undefined ? {} : { "content-type": type },
    body: await bodyOf(response),
  };
}
