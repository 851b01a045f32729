import type { EnvironmentName } from "../world/index.ts";

/** An authenticated request and what it was answered; no texts, tokens or identifiers. */
export interface LoggedRequest {
  /** As Apple's libraries call it, like `uploadMessage`. */
  readonly operation: string;
  readonly app: string;
  readonly environment: EnvironmentName;
  /** The answer's; missing when the connection was dropped before anything was done. */
  readonly status?: number;
  /** Apple's number, when it was an error. */
  readonly errorCode?: number;
  /** Whether the connection was dropped, so that nobody saw the answer. */
  readonly dropped: boolean;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** What was asked of the StoreKit hosts. */
export interface RequestLog {
  /** Returns the last 10,000, the first answered first. */
  list(): readonly LoggedRequest[];
  /** Returns how many there were by operation, all of them. */
  counts(): Readonly<Record<string, number>>;
  clear(): void;
  add(request: LoggedRequest): void;
}

/** How many are remembered; ours, to bound memory. */
const MAX_REMEMBERED = 10_000;

/** Returns a log with nothing in it. */
export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  const counts = new Map<string, number>();
  return {
    list: () => requests.slice(-MAX_REMEMBERED),
    counts: () => Object.fromEntries(counts),
    clear() {
      requests = [];
      counts.clear();
    },
    add(request) {
      requests.push(request);
      counts.set(request.operation, (counts.get(request.operation) ?? 0) + 1);
      // Not one by one, which would move all the others each time.
      if (requests.length >= 2 * MAX_REMEMBERED) requests = requests.slice(-MAX_REMEMBERED);
    },
  };
}
