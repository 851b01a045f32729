import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that answers real-time requests in a test. */
export interface AnsweringServer extends AsyncDisposable {
  /** Like `http://127.0.0.1:40001/`. */
  readonly url: string;
  /** How many requests came. */
  readonly requests: { count: number };
}

/** Starts a server that answers with `listener`; dispose of it to stop it. */
export async function startAnsweringServer(listener: RequestListener): Promise<AnsweringServer> {
  const requests = { count: 0 };
  const server = createServer((request, response) => {
    requests.count += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Returns the body of `request`. */
export async function readRequest(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    // Without an encoding set, a request's chunks are bytes.
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Returns a listener that answers every request with `body` as JSON and the status 200. */
export function answerJson(body: unknown): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
    response.end(JSON.stringify(body));
  };
}
