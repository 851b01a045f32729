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
  let fields = noFields();
  for await (const bytes of body) {
    onActivity();
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        addLine(fields, line);
        continue;
      }
      if (fields.data.length > 0) {
        yield { event: fields.event ?? "message", data: fields.data.join("\n") };
      }
      fields = noFields();
    }
    if (rest.length + fields.length > MAX_EVENT_LENGTH) {
      throw new UpstreamError(
        "CONTROL_ANSWER_INVALID",
        `expected events of at most ${MAX_EVENT_LENGTH} characters from control, got a longer one`,
      );
    }
  }
}

/** What is known of an event whose end has not come yet. */
interface EventFields {
  event?: string;
  readonly data: string[];
  /** Characters of its lines so far, their ends too: empty lines of data without end are also too many. */
  length: number;
}

function noFields(): EventFields {
  return { data: [], length: 0 };
}

/** In place: a copy for each of many lines would keep the answers waiting. */
function addLine(fields: EventFields, line: string): void {
  const [, name, value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
  if (name === "event") fields.event = value;
  else if (name === "data") fields.data.push(value);
  else return;
  fields.length += line.length + 1;
}
