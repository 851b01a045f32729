import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request as a server got it. */
export interface AskedOf {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Empty where there was none. */
  readonly body: string;
}

/** A server on loopback that ends with its test. */
export interface AnsweringApple {
  readonly url: string;
  /** In the order they came. */
  readonly asked: readonly AskedOf[];
}

/**
 * Starts a server that answers in Apple's stead, for what the local App Store does not have.
 *
 * @param answer - the body of the answer to each request, or a status without one
 */
export async function startAnsweringApple(
  answer: (asked: AskedOf) => object | number,
): Promise<AnsweringApple> {
  const asked: AskedOf[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "", url = "" } = request;
      const one = { method, url, body: await text(request) };
      asked.push(one);
      const answered = answer(one);
      if (typeof answered === "number") response.writeHead(answered).end();
      else response.end(JSON.stringify(answered));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}
