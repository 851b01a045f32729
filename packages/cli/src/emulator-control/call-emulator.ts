import { UpstreamError, UsageError } from "@holdfast/appstore/errors";

/** How long a local server may take, unless it has something to wait for itself. */
const TIMEOUT_MS = 5000;

/** A request to the control API of a running local App Store. */
export interface EmulatorCall {
  readonly port: number;
  /** Default GET. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/emulator`, its segments encoded. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** How long it may take; default 5 s. */
  readonly timeoutMs?: number;
}

/** Some JSON object. */
export type EmulatorAnswer = Readonly<Record<string, unknown>>;

/**
 * Returns what the local App Store answers, an empty object when that is nothing.
 *
 * @throws UpstreamError `EMULATOR_UNREACHABLE`, `EMULATOR_REFUSED`
 * @throws UsageError with the local App Store's own code, like `APP_UNKNOWN`, when it says what is wrong
 */
export async function callEmulator(call: EmulatorCall): Promise<EmulatorAnswer> {
  const response = await send(call);
  const answer = await readAnswer(response, call.port);
  if (response.ok) return answer;
  const { code, message } = answer;
  if (response.status < 500 && typeof code === "string" && typeof message === "string") {
    throw new UsageError(code, `the local App Store says: ${message}`);
  }
  throw new UpstreamError("EMULATOR_REFUSED", `the local App Store answered ${response.status}`);
}

async function send({
  port,
  method = "GET",
  path,
  body,
  timeoutMs = TIMEOUT_MS,
}: EmulatorCall): Promise<Response> {
  try {
    return await fetch(`http://127.0.0.1:${port}/emulator${path}`, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    const message = `nothing answers on port ${port}; start it with: holdfast emulator --port ${port}`;
    throw new UpstreamError("EMULATOR_UNREACHABLE", message, { cause });
  }
}

async function readAnswer(response: Response, port: number): Promise<EmulatorAnswer> {
  const text = await response.text();
  try {
    const answer: unknown = JSON.parse(text === "" ? "{}" : text);
    // A non-null object can be read by name; what is read is unknown again.
    if (typeof answer === "object" && answer !== null) return answer as EmulatorAnswer;
  } catch {
    // Said below.
  }
  const message = `what answers on port ${port} is not a local App Store`;
  throw new UpstreamError("EMULATOR_REFUSED", message);
}
