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

/** A proxy in front of the local App Store that can hold everything at one point. */
export interface PausingProxy {
  readonly url: string;
  /** What reached the server, in order. */
  readonly seen: readonly ProxiedRequest[];
  /** How many points have passed: one before and one after each request. */
  readonly points: number;
  /** Resolves when point `k` is reached; from then on nothing goes through until {@link resume}. */
  pauseAt(k: number): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of the loopback. */
export async function startPausingProxy(target: string): Promise<PausingProxy> {
  const seen: ProxiedRequest[] = [];
  let points = 0;
  let pausedAt = Infinity;
  let reached = Promise.withResolvers<void>();
  const point = async (): Promise<void> => {
    points += 1;
    if (points <= pausedAt) return;
    reached.resolve();
    // Whoever waits here is killed meanwhile.
    await new Promise<never>(() => undefined);
  };
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    await point();
    const response = await forward(target, incoming, body);
    const { method = "", url = "" } = incoming;
    seen.push({ method, path: url, status: response.status });
    await point();
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
    get points() {
      return points;
    },
    pauseAt(k) {
      pausedAt = k;
      reached = Promise.withResolvers<void>();
      return reached.promise;
    },
    resume() {
      pausedAt = Infinity;
    },
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
