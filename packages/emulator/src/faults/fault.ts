import type { EnvironmentName } from "../world/index.ts";

/** Which requests a fault falls on: those that match all that is given. */
export interface FaultSelection {
  /** Like `uploadMessage`; default any. */
  readonly operation?: string;
  /** The app's id; default any. */
  readonly app?: string;
  /** Default both. */
  readonly environment?: EnvironmentName;
  /** How many matching requests it lets pass first; default none. */
  readonly skip?: number;
  /** On how many it then falls; default all. */
  readonly times?: number;
  /** Default `beforeEffect`: a fault other than latency keeps the operation from being carried out. */
  readonly when?: "beforeEffect" | "afterEffect";
}

/** The answer takes longer. */
interface LatencyFault extends FaultSelection {
  readonly kind: "latency";
  readonly delayMs: number;
}

/** The answer is an error of Apple's. */
interface ErrorFault extends FaultSelection {
  readonly kind: "error";
  /** Apple's number, like 4290000; its first three digits are the status. */
  readonly errorCode: number;
  /** Adds a Retry-After that many milliseconds from now; on the wire it is an instant. */
  readonly retryInMs?: number;
}

/** The answer is a bare status, as of a gateway in front of Apple's servers. */
interface StatusFault extends FaultSelection {
  readonly kind: "status";
  readonly status: number;
}

/** There is no answer: the connection ends. */
interface DropFault extends FaultSelection {
  readonly kind: "drop";
}

/** Something that goes wrong on purpose. */
export type Fault = LatencyFault | ErrorFault | StatusFault | DropFault;
