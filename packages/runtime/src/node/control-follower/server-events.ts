import { UpstreamError } from "@holdfast/appstore/errors";

/** One event of a stream. */
export interface ServerEvent {
  /** Its name; `message` where it has none. */
  readonly event: string;
  readonly data: string;
}

/** The most characters of an event: ours are a line of some hundred. */
const MAX_EVENT_LENGTH = 64 * 1024;

/**
 * Reads server-sent events as they come; comments, ids and retry times are passed over.
 *
 * @param onActivity - called for every piece that arrives, comments included
 * @throws UpstreamError `CONTROL_ANSWER_INVALID` for an event that has no end; what reading throws
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
  onActivity: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  let fields: EventFields = { data: [] };
  for await (const bytes of body) {
    onActivity();
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const isEnd = line === "";
      if (isEnd && fields.data.length > 0) {
        yield { event: fields.event ?? "message", data: fields.data.join("\n") };
      }
      fields = isEnd ? { data: [] } : withLine(fields, line);
    }
    if (rest.length + sizeOf(fields) > MAX_EVENT_LENGTH) {
      throw new UpstreamError(
        "CONTROL_ANSWER_INVALID",
        `expected events of at most ${MAX_EVENT_LENGTH} characters from control, got a longer one`,
      );
    }
  }
}

interface EventFields {
  readonly event?: string;
  readonly data: readonly string[];
}

function withLine(fields: EventFields, line: string): EventFields {
  const [, name, value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
  if (name === "event") return { ...fields, event: value };
  if (name === "data") return { ...fields, data: [...fields.data, value] };
  return fields;
}

function sizeOf({ data }: EventFields): number {
  return data.reduce((size, line) => size + line.length, 0);
}
