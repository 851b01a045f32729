import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number; readonly message?: string };
  /** By name, whatever their type. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Whoever receives traces. */
export interface OtlpReceiver {
  /** Like `http://127.0.0.1:4318`. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Of the resource that sent last. */
  readonly resource: () => Readonly<Record<string, unknown>>;
  /** Every request as it came: path and body. */
  readonly requests: readonly { readonly path: string; readonly body: string }[];
}

interface WrittenAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface WrittenSpan extends Omit<ReceivedSpan, "attributes"> {
  readonly attributes: readonly WrittenAttribute[];
}

/** The part of an ExportTraceServiceRequest that is looked at. */
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WrittenAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[];
  }[];
}

/** Starts a receiver of OTLP over HTTP in JSON, closed when the test is over. */
export async function startOtlpReceiver(status: number | "never" = 200): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: { readonly path: string; readonly body: string }[] = [];
  let resource: Readonly<Record<string, unknown>> = {};
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    incoming.on("end", () => {
      const body = Buffer.concat(pieces).toString();
      requests.push({ path: incoming.url ?? "", body });
      if (status === "never") return;
      // What the exporter sends; a test fails when it is something else.
      for (const each of (JSON.parse(body) as ExportRequest).resourceSpans) {
        resource = valuesOf(each.resource.attributes);
        spans.push(...each.scopeSpans.flatMap((scope) => scope.spans.map(received)));
      }
      outgoing.writeHead(status, { "Content-Type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  // A listening TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, spans, requests, resource: () => resource };
}

function received(span: WrittenSpan): ReceivedSpan {
  return { ...span, attributes: valuesOf(span.attributes) };
}

function valuesOf(attributes: readonly WrittenAttribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const),
  );
}
