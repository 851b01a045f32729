import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A request as it came, with its whole body. */
export interface ServiceRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What is answered; a promise keeps the client waiting. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server of this machine for the time of a test. */
export interface LocalService {
  readonly url: string;
  /** What it was asked, in order. */
  readonly requests: ServiceRequest[];
}

/** Starts one on a free port. */
export async function startLocalService(
  answer: (request: ServiceRequest) => ServiceResponse | Promise<ServiceResponse>,
): Promise<LocalService> {
  const requests: ServiceRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    const respond = async (): Promise<void> => {
      const { method = "", url = "", headers } = incoming;
      const { authorization } = headers;
      const request = { method, url, authorization, body: Buffer.concat(pieces).toString() };
      requests.push(request);
      const response = await answer(request);
      outgoing.writeHead(response.status, response.headers).end(response.body);
    };
    incoming.on("end", () => void respond());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // A listening TCP server's address is an object.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
