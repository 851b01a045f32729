import { BadDataError, UpstreamError, UsageError } from "@holdfast/appstore/errors";
import { parseApiBaseUrl } from "@holdfast/appstore/http";
import { isApproved } from "@holdfast/appstore/retention-messaging";
import type { DecodedRealtimeRequestBody } from "@holdfast/appstore/retention-messaging";
import { createEmulator } from "@holdfast/emulator";

/** How long a local App Store may take to sign. */
const TIMEOUT_MS = 5000;

/** Makes what the App Store would post, one body for each request. */
export interface RequestSource {
  /** Whether an endpoint that works accepts them. */
  readonly isAuthentic: boolean;
  readonly next: () => Promise<string>;
  /** Returns the identifiers of the messages that may be shown, where that is known. */
  readonly approvedMessages?: () => Promise<ReadonlySet<string>>;
}

/** Which app of a local App Store asks. */
export interface EmulatorPlace {
  /** Like `http://127.0.0.1:8788`. */
  readonly url: string;
  readonly app: string;
  readonly environment: "sandbox" | "production";
}

/**
 * Returns requests that a running local App Store signs about its first subscriber.
 *
 * @throws UsageError `BASE_URL_INVALID`, `APP_UNKNOWN`
 * @throws UpstreamError `EMULATOR_UNREACHABLE`, `EMULATOR_REFUSED`
 */
export async function openEmulatorSource(
  { url, app, environment }: EmulatorPlace,
  signal: AbortSignal,
): Promise<RequestSource> {
  const base = `${parseApiBaseUrl(url)}/emulator/apps/${encodeURIComponent(app)}`;
  const ask = async (path: string, body?: object): Promise<string> => {
    const response = await fetchLocal(`${base}${path}`, body, signal);
    if (response.ok) return response.text();
    if (response.status === 404) {
      throw new UsageError("APP_UNKNOWN", `the local App Store at ${url} has no app ${app}`);
    }
    const message = `the local App Store at ${url} answered ${response.status}`;
    throw new UpstreamError("EMULATOR_REFUSED", message);
  };
  // What the local App Store answers there.
  const { originalTransactionId } = JSON.parse(await ask("/credentials")) as {
    readonly originalTransactionId: string;
  };
  return {
    isAuthentic: true,
    next: () => ask(`/${environment}/signed-requests`, { originalTransactionId }),
    async approvedMessages() {
      // What the local App Store answers there.
      const { messages } = JSON.parse(await ask(`/${environment}/messages`)) as {
        readonly messages: readonly {
          readonly messageIdentifier: string;
          readonly state: string;
        }[];
      };
      const approved = messages.filter(({ state }) => isApproved(state));
      return new Set(approved.map(({ messageIdentifier }) => messageIdentifier));
    },
  };
}

async function fetchLocal(
  url: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      ...(body === undefined
        ? {}
        : {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          }),
    });
  } catch (cause) {
    signal.throwIfAborted();
    const message = `nothing answers at ${new URL(url).origin}; start it with: holdfast emulator`;
    throw new UpstreamError("EMULATOR_UNREACHABLE", message, { cause });
  }
}

/** A captured request, as its fields say; nothing of it is verified. */
export interface CapturedRequest {
  /** The JSON the App Store posted. */
  readonly body: string;
  readonly payload: DecodedRealtimeRequestBody;
  /** The parts of the compact JWS: header, payload, signature. */
  readonly parts: readonly [string, string, string];
}

/**
 * Reads what a captured request says, without verifying it.
 *
 * @throws BadDataError `FIXTURE_MALFORMED`
 */
export function readCaptured(body: string): CapturedRequest {
  try {
    // Whatever it is: what is not there shows below.
    const { signedPayload } = JSON.parse(body) as { readonly signedPayload?: unknown };
    const [header = "", payload = "", signature = "", ...rest] = String(signedPayload).split(".");
    const decoded: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (rest.length === 0 && isPayload(decoded)) {
      return { body, payload: decoded, parts: [header, payload, signature] };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw new BadDataError(
    "FIXTURE_MALFORMED",
    'expected a captured request, {"signedPayload": …} as the App Store posted it',
  );
}

function isPayload(value: unknown): value is DecodedRealtimeRequestBody {
  if (typeof value !== "object" || value === null) return false;
  return (
    "signedDate" in value && typeof value.signedDate === "number" && "requestIdentifier" in value
  );
}

/** Returns a captured request with its payload changed: the signature is of another one. */
export function tamperedRequest({ payload, parts }: CapturedRequest, now: number): string {
  const changed = { ...payload, signedDate: now, requestIdentifier: crypto.randomUUID() };
  const [header, , signature] = parts;
  const written = Buffer.from(JSON.stringify(changed)).toString("base64url");
  return JSON.stringify({ signedPayload: [header, written, signature].join(".") });
}

/**
 * Makes requests that are right in everything but who signs them: a certificate authority made for
 * this moment, with Apple's names and markers.
 */
export async function openForger(
  payload: DecodedRealtimeRequestBody,
  now: () => number,
): Promise<RequestSource & AsyncDisposable> {
  // Its address stands in certificates only; nothing listens there.
  const forger = await createEmulator({ baseUrl: "http://127.0.0.1:9", apps: [] });
  return {
    isAuthentic: false,
    async next() {
      const requestIdentifier = crypto.randomUUID();
      return JSON.stringify(
        await forger.signPayload({ ...payload, signedDate: now(), requestIdentifier }),
      );
    },
    async [Symbol.asyncDispose]() {
      await forger.close();
    },
  };
}
