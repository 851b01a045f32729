import type { ControlAccess } from "../control-link/control-http.ts";

/** A control plane of a few lines that takes decisions, and can fail at it. */
export interface DecisionControl extends ControlAccess {
  /** Identifiers in the order in which they first came. */
  readonly taken: string[];
  /** How many decisions each request held. */
  readonly requests: number[];
  /** How the next requests are answered; one each, then normally. */
  readonly faults: DecisionFault[];
  /** Answers to every request in place of the truth, until it is taken away. */
  always: DecisionFault | undefined;
  /** Identifiers that are refused, with the code. */
  readonly refused: Map<string, string>;
  /** Identifiers that spoil a whole request. */
  readonly spoiling: Set<string>;
}

/**
 * How a request goes wrong: a status (with how many seconds to wait), no connection, or a connection that
 * breaks after everything was taken, or an answer that does not say what became of all.
 */
export type DecisionFault =
  | { readonly status: number; readonly retryAfter?: number }
  | "unreachable"
  | "breaksOff"
  | "gibberish"
  | "miscounts";

/** Returns one that works. */
export function createDecisionControl(): DecisionControl {
  const control: DecisionControl = {
    url: "http://localhost",
    token: "hf_a_token_of_a_test",
    taken: [],
    requests: [],
    faults: [],
    always: undefined,
    refused: new Map(),
    spoiling: new Set(),
    fetch: (input, init) => answer(control, input, init),
  };
  return control;
}

async function answer(
  control: DecisionControl,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): Promise<Response> {
  const request = new Request(input, init);
  const authorization = request.headers.get("authorization");
  if (authorization !== `Bearer ${control.token}`) return new Response(null, { status: 401 });
  if (request.method !== "POST" || new URL(request.url).pathname !== "/v1/decisions") {
    return new Response(null, { status: 404 });
  }
  const fault = control.always ?? control.faults.shift();
  if (fault === "unreachable") throw new TypeError("fetch failed");
  if (typeof fault === "object") {
    const headers = { "Retry-After": String(fault.retryAfter ?? "soon") };
    return new Response(null, { status: fault.status, headers });
  }
  // What the test wrote.
  const body = (await request.json()) as { decisions: { requestIdentifier: string }[] };
  const ids = body.decisions.map(({ requestIdentifier }) => requestIdentifier);
  control.requests.push(ids.length);
  if (ids.some((id) => control.spoiling.has(id))) return new Response(null, { status: 400 });
  const counts = take(control, ids);
  if (fault === "breaksOff") throw new TypeError("terminated");
  if (fault === "miscounts") return Response.json({ new: 0, repeated: 0, refused: [] });
  return fault === "gibberish" ? new Response('{"new":1}') : Response.json(counts);
}

function take(control: DecisionControl, ids: readonly string[]) {
  const refused: { index: number; code: string }[] = [];
  let [fresh, repeated] = [0, 0];
  for (const [index, id] of ids.entries()) {
    const code = control.refused.get(id);
    if (code !== undefined) refused.push({ index, code });
    else if (control.taken.includes(id)) repeated += 1;
    else {
      control.taken.push(id);
      fresh += 1;
    }
  }
  return { new: fresh, repeated, refused };
}
