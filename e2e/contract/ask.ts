import { CONTRACT_PATH } from "./contract-app.ts";
import type { StartedHost } from "./contract-hosts.ts";

/** How a request differs from Apple's. */
export interface PostOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a body to a host. */
export function post(
  { url }: { readonly url: string },
  body: RequestInit["body"],
  { path = CONTRACT_PATH, method = "POST", headers }: PostOptions = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: headers ?? { "content-type": "application/json" },
    // A body that is a stream is sent as it comes, without its length.
    ...({ duplex: "half" } as object),
  });
}

/** Posts a signed request; fields that are given replace the usual ones. */
export function ask({ app, host }: StartedHost, fields?: object): Promise<Response> {
  return post(host, app.body(fields));
}

/** So often is asked again; a machine that is busy for longer has another problem. */
const MAX_LATE = 20;

/** {@link ask}, and again where the host had no time to verify: how busy a machine is, is not what is tried. */
export async function askInTime(started: StartedHost, fields?: object): Promise<Response> {
  for (let late = 0; ; late += 1) {
    const response = await ask(started, fields);
    if (response.status !== 503 || late === MAX_LATE) return response;
    if (!(await response.clone().text()).includes('"BUDGET_EXCEEDED"')) return response;
  }
}

/** The claims of a compact JWS. */
export function claimsOf(jws: unknown): unknown {
  return JSON.parse(Buffer.from(String(jws).split(".")[1] ?? "", "base64url").toString());
}
