import type { Emulator } from "../emulator/emulator.ts";
import type { AppEnvironment } from "../world/index.ts";
import { signToken, type TokenChanges } from "./sign-token.ts";

/** An answer as it came over HTTP. */
export interface RawAnswer {
  readonly status: number;
  /** The body as text; empty for none. */
  readonly text: string;
  readonly headers: Headers;
}

/** What to send beside what is right. */
export interface RawCall {
  /** An object goes as JSON, a string and bytes as they are. */
  readonly body?: unknown;
  /** In place of a good one. */
  readonly authorization?: string;
  readonly token?: TokenChanges;
  /** Milliseconds since 1970; default now. */
  readonly now?: number;
}

/**
 * Sends `request`, like `GET /message/list`, to Apple's Retention Messaging API of an app in an
 * environment, as its developer.
 */
export async function callStorekit(
  emulator: Emulator,
  { app, environment }: AppEnvironment,
  request: string,
  { body, authorization, token, now = Date.now() }: RawCall = {},
): Promise<RawAnswer> {
  const credentials = emulator.credentials(app);
  const [method = "", path = ""] = request.split(" ");
  const { sandboxBaseUrl, productionBaseUrl } = credentials;
  const baseUrl = environment === "sandbox" ? sandboxBaseUrl : productionBaseUrl;
  const bearer = authorization ?? `Bearer ${await signToken(credentials, now, token)}`;
  const response = await fetch(`${baseUrl}/inApps/v1/messaging${path}`, {
    method,
    headers: { authorization: bearer },
    ...(body === undefined ? {} : { body: encode(body) }),
  });
  const { status, headers } = response;
  return { status, headers, text: await response.text() };
}

function encode(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}
