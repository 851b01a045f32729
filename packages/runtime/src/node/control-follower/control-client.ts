import { UpstreamError, UsageError } from "@holdfast/appstore/errors";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { PublishedValue } from "../publication-slot.ts";
import { isDeeperThan } from "./json-depth.ts";

/** Where control is, and what opens it. */
export interface ControlAccess {
  /** Like `https://holdfast.example.com`; http only on this machine. */
  readonly url: string;
  /** A runtime's token. */
  readonly token: string;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
}

/** Which value. */
export interface ValuePlace {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly what: PublishedValue;
}

/** What control has of a value. */
type FetchedValue =
  | { readonly state: "changed"; readonly text: string; readonly etag: string | undefined }
  | { readonly state: "unchanged" }
  /** Nothing was published or stopped yet. */
  | { readonly state: "absent" };

/** What a runtime asks control. Every method throws UpstreamError `CONTROL_UNREACHABLE`, `CONTROL_REFUSED`, `CONTROL_ANSWER_INVALID`. */
export interface ControlClient {
  /** Reads a value, unless it is still the one with this ETag. */
  read(place: ValuePlace, etag: string | undefined, signal: AbortSignal): Promise<FetchedValue>;
  /** Opens the stream of changes. */
  watch(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Tells what this runtime runs. */
  report(runtime: string, report: object, signal: AbortSignal): Promise<void>;
}

/** A request with its further headers. */
type CallInit = Omit<RequestInit, "headers"> & {
  readonly headers?: Readonly<Record<string, string>>;
};

/** How long an answer may take, ms. */
const TIMEOUT_MS = 30_000;

/** The largest live value: ten thousand rules are a few megabytes, and a flow is saved up to 24 MiB. */
const MAX_VALUE_BYTES = 32 * 1024 * 1024;

/** The deepest value: a flow's document is at most 64 levels deep. */
const MAX_VALUE_DEPTH = 256;

/**
 * Returns a client. The token goes into a header and nowhere else.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export function createControlClient({
  url,
  token,
  fetch: send = fetch,
}: ControlAccess): ControlClient {
  const base = parseBase(url);
  const authorization = `Bearer ${token}`;

  async function call(path: string, init: CallInit): Promise<Response> {
    const headers = { Authorization: authorization, ...init.headers };
    try {
      // A redirect would take the token elsewhere.
      return await send(new URL(path, base), { ...init, headers, redirect: "error" });
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  return {
    async read({ app, environment, what }, etag, signal) {
      const path = `v1/snapshots/${app}/${environment}${what === "live" ? "" : "/stop-list"}`;
      const headers = etag === undefined ? undefined : { "If-None-Match": etag };
      const response = await call(path, {
        ...(headers && { headers }),
        signal: withTimeout(signal),
      });
      if (response.status === 304) return { state: "unchanged" };
      if (response.status === 404) {
        await drop(response);
        return { state: "absent" };
      }
      await requireStatus(response, 200);
      const text = await readBounded(response, MAX_VALUE_BYTES);
      refuseDeep(text);
      const newEtag = response.headers.get("etag") ?? undefined;
      return {
        state: "changed",
        text: what === "live" ? text : stopListOf(text),
        etag: newEtag,
      };
    },
    async watch(signal) {
      const headers = { Accept: "text/event-stream" };
      const response = await call("v1/snapshots", { headers, signal });
      await requireStatus(response, 200);
      if (response.body !== null) return response.body;
      throw new UpstreamError("CONTROL_ANSWER_INVALID", "expected a stream from control, got none");
    },
    async report(runtime, report, signal) {
      const response = await call(`v1/runtimes/${runtime}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(report),
        signal: withTimeout(signal),
      });
      await requireStatus(response, 204);
    },
  };
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLocal);
  if (url === undefined || !isSafe || url.username !== "" || url.password !== "") {
    throw new UsageError(
      "CONTROL_URL_INVALID",
      "expected control's address as https://…, or http:// on this machine, without a user in it",
    );
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function withTimeout(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}

async function requireStatus(response: Response, expected: number): Promise<void> {
  if (response.status === expected) return;
  await drop(response);
  const { status } = response;
  const advice = status === 401 || status === 403 ? "; check the runtime's token" : "";
  throw new UpstreamError(
    "CONTROL_REFUSED",
    `expected status ${expected} from control, got ${status}${advice}`,
  );
}

/** Frees the connection. */
async function drop(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

async function readBounded(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  const body: ReadableStream<Uint8Array> = response.body ?? new ReadableStream();
  const parts: string[] = [];
  let size = 0;
  try {
    for await (const bytes of body) {
      size += bytes.length;
      if (size > maxBytes) break;
      parts.push(decoder.decode(bytes, { stream: true }));
    }
  } catch (cause) {
    throw unreachable(cause);
  }
  if (size <= maxBytes) return parts.join("") + decoder.decode();
  throw new UpstreamError(
    "CONTROL_ANSWER_INVALID",
    `expected at most ${maxBytes} bytes from control, got more`,
  );
}

/** It is parsed where requests are answered. */
function refuseDeep(text: string): void {
  if (!isDeeperThan(MAX_VALUE_DEPTH, text)) return;
  throw new UpstreamError(
    "CONTROL_ANSWER_INVALID",
    `expected at most ${MAX_VALUE_DEPTH} levels in a value from control, got more`,
  );
}

function stopListOf(text: string): string {
  const value = parseObject(text);
  if (value !== undefined && "stopList" in value && typeof value.stopList === "string") {
    return value.stopList;
  }
  throw new UpstreamError("CONTROL_ANSWER_INVALID", "expected a signed stop list from control");
}

/** Returns a JSON object; undefined for anything else. */
export function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreachable(cause: unknown): UpstreamError {
  return new UpstreamError(
    "CONTROL_UNREACHABLE",
    "control cannot be reached, or its answer broke off",
    {
      cause,
    },
  );
}
