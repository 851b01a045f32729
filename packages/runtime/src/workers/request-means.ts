import type { Isolate } from "./isolate.ts";
import type { Invocation } from "./refresher.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** What a request is answered with. */
export interface RequestMeans {
  readonly isolate: Isolate;
  readonly config: WorkerConfig;
  readonly invocation: Invocation;
}
