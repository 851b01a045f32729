import type { Route } from "@holdfast/api";

/** One event of a stream: data under the name the operation gives it. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** How often a comment is sent while nothing happens, ms: as the API promises. */
const COMMENT_EVERY_MS = 15_000;

/** The headers of every stream. */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  // nginx would keep events back to send them together.
  "X-Accel-Buffering": "no",
};

/** What a stream runs with. */
export interface EventStreamOptions {
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  /** Milliseconds between comments; default {@link COMMENT_EVERY_MS}. */
  readonly commentEveryMs?: number;
}

/**
 * Returns a response that sends events as they come, each read by the operation's schema, and a comment
 * now and then so that both ends notice a dead connection. Events are asked for as the reader takes them.
 * It ends when the events do, with an error when they fail, and ends them when the reader leaves.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStreamResponse(
  route: Route,
  events: AsyncIterable<ServerEvent>,
  { signal, commentEveryMs = COMMENT_EVERY_MS }: EventStreamOptions,
): Response {
  const encoder = new TextEncoder();
  const source = events[Symbol.asyncIterator]();
  let comments: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearInterval(comments);
    // The source may be waiting for its next event; it is told, and nobody waits for it to agree.
    void source.return?.().catch(() => undefined);
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // Headers go out with the first bytes.
      controller.enqueue(encoder.encode(": here\n\n"));
      comments = setInterval(() => {
        // To a reader who does not read, nothing is added.
        if ((controller.desiredSize ?? 0) > 0) {
          controller.enqueue(encoder.encode(": still here\n\n"));
        }
      }, commentEveryMs).unref();
      signal.addEventListener("abort", end, { once: true });
    },
    async pull(controller) {
      const next = await source.next().catch((error: unknown) => {
        end();
        throw error;
      });
      if (next.done === true) {
        end();
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(eventText(route, next.value)));
    },
    cancel: end,
  });
  return new Response(body, {
    status: route.success.status,
    headers: EVENT_STREAM_HEADERS,
  });
}

/** JSON has no line ends of its own, so the data is one line. */
function eventText({ operationId, success }: Route, { event, data }: ServerEvent): string {
  const schema = success.events?.[event];
  if (schema === undefined) throw new TypeError(`${operationId}: has no event of this name`);
  return `event: ${event}\ndata: ${JSON.stringify(schema.parse(data))}\n\n`;
}
