import { request } from "node:http";
import { text } from "node:stream/consumers";

/** An answer, whole. */
export interface PostAnswer {
  readonly status: number;
  readonly header: (name: string) => string;
  readonly text: string;
}

/**
 * Posts JSON over a connection of its own: a proxy that takes over another configuration ends kept ones, and who
 * sends in that very moment cannot know whether it was heard.
 *
 * Rejects when the connection breaks, or after `withinMs`.
 */
export async function postAlone(url: string, body: object, withinMs: number): Promise<PostAnswer> {
  const signal = AbortSignal.timeout(withinMs);
  const headers = { "content-type": "application/json" };
  const asking = request(url, { method: "POST", agent: false, headers, signal });
  return new Promise((resolve, reject) => {
    asking.once("error", reject);
    asking.once("response", (response) => {
      text(response).then(
        (read) =>
          resolve({
            status: response.statusCode ?? 0,
            header: (name) => response.headersDistinct[name.toLowerCase()]?.join(", ") ?? "",
            text: read,
          }),
        reject,
      );
    });
    asking.end(JSON.stringify(body));
  });
}
