import autocannon from "autocannon";

/** A load: so many connections, each sending one request after the other, for so long. */
export interface Load {
  /** Where all go; of `requests`, what comes before their paths. */
  readonly url: string;
  /** What is sent in turn. */
  readonly bodies?: readonly string[];
  /** In the place of `bodies`, where not all go to one path. */
  readonly requests?: readonly { readonly path?: string; readonly body: string }[];
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second over all connections; default: as many as are answered. */
  readonly perSecond?: number;
}

/** What came back. */
export interface LoadResult {
  readonly answered: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly latency: {
    readonly p50: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  };
}

/** Sends the bodies in turn and counts what is answered with 200. */
export async function loadFor({
  url,
  bodies = [],
  requests = bodies.map((body) => ({ body })),
  connections,
  seconds,
  perSecond,
}: Load): Promise<LoadResult> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    requests: requests.map((request) => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      ...request,
    })),
  });
  const answered = result["2xx"] + result.non2xx;
  return {
    answered,
    failed: result.non2xx + result.errors + result.timeouts,
    perSecond: answered / result.duration,
    latency: {
      p50: result.latency.p50,
      p99: result.latency.p99,
      p999: result.latency.p99_9,
      max: result.latency.max,
    },
  };
}
