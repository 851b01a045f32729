import { createAgent, postOnce } from "./post-once.ts";
import type { Exchange, Line } from "./post-once.ts";

/** How many requests are sent, and how. */
export interface SendOptions extends Omit<Line, "agent"> {
  readonly requests: number;
  /** How many are on their way at once. */
  readonly concurrency: number;
  /** Over connections that are kept, or each over a new one. */
  readonly keepAlive: boolean;
  readonly ca?: string | undefined;
  /** Makes the body of the next request. */
  readonly next: () => Promise<string>;
}

/**
 * Sends requests, so many at a time, and returns what became of each. Over kept connections, one
 * request each goes first and does not count, so that none of the others waits for a handshake.
 *
 * @throws the signal's reason, and what `next` throws
 */
export async function sendMany(options: SendOptions): Promise<readonly Exchange[]> {
  const { url, requests, concurrency, keepAlive, ca } = options;
  const agent = createAgent(url, { keepAlive, maxSockets: concurrency, ca });
  const line = { ...options, agent };
  try {
    if (keepAlive) {
      const openers = Array.from({ length: concurrency }, () => options.next());
      await Promise.all((await Promise.all(openers)).map((body) => postOnce(line, body)));
    }
    const exchanges: Exchange[] = [];
    let left = requests;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        exchanges.push(await postOnce(line, await options.next()));
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, requests) }, work));
    return exchanges;
  } finally {
    agent.destroy();
  }
}
