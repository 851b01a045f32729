import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request as a small server of the contract sees it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What it answers; `undefined` never answers. */
export type Answered = { readonly status: number; readonly body?: string } | undefined;

/** A server on a free port of this machine. */
export interface LocalServer {
  /** Like `http://127.0.0.1:8080`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server of one function. */
export async function startLocalServer(
  answer: (asked: Asked) => Answered | Promise<Answered>,
): Promise<LocalServer> {
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const answered = await answer({
      method: incoming.method ?? "",
      url: new URL(incoming.url ?? "", "http://localhost"),
      authorization: incoming.headers.authorization,
      body: await text(incoming),
    });
    if (answered !== undefined) outgoing.writeHead(answered.status).end(answered.body);
  };
  const server = createServer((incoming, outgoing) => {
    // Who asked is gone: there is nobody to tell.
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has one.
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise<unknown>((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
