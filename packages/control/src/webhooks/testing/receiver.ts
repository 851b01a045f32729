import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A post as it came. */
interface ReceivedPost {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody webhooks are posted to. */
export interface Receiver {
  readonly url: string;
  readonly posts: ReceivedPost[];
  /** What posts are answered with from now on. */
  answer(status: number, headers?: Readonly<Record<string, string>>): void;
  /** Answers posts by oneself from now on. */
  respond(respond: Respond): void;
}

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

function accept(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204).end();
}

/** Starts a receiver on this machine that answers 204; it ends with the test. */
export async function startReceiver(): Promise<Receiver> {
  const posts: ReceivedPost[] = [];
  let respond: Respond = accept;
  const receive: Respond = async (request, response) => {
    const { method, url: path, headers } = request;
    posts.push({ method, path, headers, body: await text(request) });
    await respond(request, response);
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook?token=of-the-receiver`,
    posts,
    answer(status, headers = {}) {
      respond = (_request, response) => void response.writeHead(status, headers).end("body");
    },
    respond(next) {
      respond = next;
    },
  };
}
