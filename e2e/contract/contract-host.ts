import type { SubscriberState } from "@holdfast/flow/evaluate";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { ContractApp, PublishedText } from "./contract-app.ts";

/** What a host is started with. */
export interface ContractHostOptions {
  readonly app: ContractApp;
  /** What is published before its first request. */
  readonly values: readonly PublishedText[];
}

/** How the host says that a request ended. */
export interface Ending {
  readonly status: number;
  readonly code?: string;
  readonly app?: string;
}

/** What the store of subscriber state does when it is asked for one. */
export type StoredState = SubscriberState | "late" | "failing";

/** A host under the contract. What is behind it is its own; what it answers is not. */
export interface ContractHost {
  /** Like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Publishes, and makes it the time at which the host looks for what is new. */
  put(value: PublishedText): Promise<void>;
  /** Decides what a lookup of this subscriber comes to; of the app `test` by default. */
  keepState(pseudonym: string, state: StoredState, app?: string): Promise<void>;
  /** The decisions that have left the host, in no order. */
  decisions(): Promise<readonly DecisionRecord[]>;
  /** How requests ended, oldest first. */
  endings(): readonly Ending[];
  close(): Promise<void>;
}

/** Starts a host. */
export type StartContractHost = (options: ContractHostOptions) => Promise<ContractHost>;

/** Returns how a request ended if this is a host's line about one: both log it as JSON with the same members. */
export function endingOf(line: string): Ending | undefined {
  if (!line.startsWith("{")) return undefined;
  // What a host writes there.
  const logged = JSON.parse(line) as Partial<Ending>;
  return typeof logged.status === "number" ? { ...logged, status: logged.status } : undefined;
}
