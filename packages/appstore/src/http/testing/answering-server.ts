import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A request as a server got it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * What a server does with a request: a status with a body, JSON unless it is a text, and headers;
 * `drop` ends the connection without an answer, `hang` never answers.
 */
export type ScriptedAnswer =
  | "drop"
  | "hang"
  | {
      readonly status?: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | ((response: ServerResponse) => void);

/** A server on loopback that ends with its test. */
export interface AnsweringServer {
  readonly baseUrl: string;
  /** In the order they came, the last may still be answered. */
  readonly requests: readonly ReceivedRequest[];
}

/** Starts a server that answers each request as `answer` says. */
export async function startAnsweringServer(
  answer: (request: ReceivedRequest, index: number) => ScriptedAnswer,
): Promise<AnsweringServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body: await buffer(incoming) };
      requests.push(request);
      perform(answer(request, requests.length - 1), response);
    })();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return { baseUrl: `http://127.0.0.1:${port}`, requests };
}

/** Starts a server that gives these answers in turn, and the last one again and again. */
export function startScriptedServer(
  ...answers: readonly ScriptedAnswer[]
): Promise<AnsweringServer> {
  return startAnsweringServer((_, index) => answers[Math.min(index, answers.length - 1)] ?? "drop");
}

function perform(answer: ScriptedAnswer, response: ServerResponse): void {
  if (answer === "hang") return;
  if (answer === "drop") {
    response.destroy();
    return;
  }
  if (typeof answer === "function") {
    answer(response);
    return;
  }
  const { status = 200, body = "", headers = {} } = answer;
  response.writeHead(status, headers);
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
