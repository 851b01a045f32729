import { UpstreamError, UsageError } from "@holdfast/appstore/errors";

/** Statuses of redirects (RFC 9110 §15.4); a 304 is none. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where control is, and what opens it. */
export interface ControlAccess {
  /** Like `https://holdfast.example.com`; http only on this machine. */
  readonly url: string;
  /** A runtime's token. */
  readonly token: string;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
}

/** A request with its further headers. */
type CallInit = Omit<RequestInit, "headers"> & {
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * Sends a request to a path of control, without a slash before it.
 *
 * @throws UpstreamError `CONTROL_UNREACHABLE`
 */
export type ControlCall = (path: string, init: CallInit) => Promise<Response>;

/**
 * Returns what sends requests to control. The token goes into a header and nowhere else.
 *
 * @throws UsageError `CONTROL_URL_INVALID`
 */
export function createControlCall({ url, token, fetch: send = fetch }: ControlAccess): ControlCall {
  const base = parseBase(url);
  const authorization = `Bearer ${token}`;
  return async (path, init) => {
    const headers = { Authorization: authorization, ...init.headers };
    const response = await reach(
      // A redirect would take the token elsewhere. Workers know no `redirect: "error"`.
      send(new URL(path, base), { ...init, headers, redirect: "manual" }),
    );
    if (!isRedirect(response)) return response;
    await dropBody(response);
    throw redirected();
  };
}

async function reach(answering: Promise<Response>): Promise<Response> {
  try {
    return await answering;
  } catch (cause) {
    throw unreachable(cause);
  }
}

/** The Fetch standard shows a redirect without its status; Node and Workers show it as it came. */
function isRedirect({ type, status }: Response): boolean {
  return type === "opaqueredirect" || REDIRECTS.has(status);
}

function redirected(): UpstreamError<"CONTROL_UNREACHABLE"> {
  return new UpstreamError(
    "CONTROL_UNREACHABLE",
    "expected an answer from control, got a redirect; give the address it leads to",
  );
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

/**
 * Lets an answer with this status through.
 *
 * @throws UpstreamError `CONTROL_REFUSED` for any other
 */
export async function requireStatus(response: Response, expected: number): Promise<void> {
  if (response.status === expected) return;
  await dropBody(response);
  throw refusedWith(response.status, expected);
}

/** Returns the error of an answer with another status than the expected one. */
export function refusedWith(status: number, expected: number): UpstreamError<"CONTROL_REFUSED"> {
  const advice = status === 401 || status === 403 ? "; check the runtime's token" : "";
  return new UpstreamError(
    "CONTROL_REFUSED",
    `expected status ${expected} from control, got ${status}${advice}`,
  );
}

/** Frees the connection of an answer nobody reads. */
export async function dropBody(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/**
 * Reads an answer's text.
 *
 * @throws UpstreamError `CONTROL_ANSWER_INVALID` when it is longer, `CONTROL_UNREACHABLE` when it breaks off
 */
export async function readBounded(response: Response, maxBytes: number): Promise<string> {
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

/** Returns a JSON object; undefined for anything else. */
export function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function unreachable(cause: unknown): UpstreamError<"CONTROL_UNREACHABLE"> {
  return new UpstreamError(
    "CONTROL_UNREACHABLE",
    "control cannot be reached, or its answer broke off",
    { cause },
  );
}
