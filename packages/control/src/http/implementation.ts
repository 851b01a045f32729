import type { Route, RouteAnswer, RouteInput } from "@holdfast/api";
import type { AuditActor, AuditEntry } from "../audit/audit-entry.ts";
import type { Transaction } from "../storage/index.ts";
import type { Caller } from "./caller.ts";
import type { ServerEvent } from "./event-stream.ts";

/** What is known of the other end of the connection. Never a reason to trust it. */
export interface Client {
  /** The address it comes from, as the listener knows it; absent where it cannot. */
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The session's cookie as it came, unchecked. */
  readonly sessionSecret?: string | undefined;
}

/** What a handler writes into the audit log; the rest is known from the request. */
export interface AuditDraft extends Pick<AuditEntry, "target" | "summary" | "changes"> {
  /** Default: who is calling; to be given where nobody is signed in yet. */
  readonly actor?: AuditActor;
  /** Default: the path's. */
  readonly app?: string;
  /** Default: the path's. */
  readonly environment?: string;
}

/** A change by a request: what is written, and who did it, together or not at all. */
export interface Change extends Transaction {
  /** Adds an entry to the audit log. A change without one is refused when it is committed. */
  readonly audit: (draft: AuditDraft) => Promise<void>;
}

/** What a handler knows beside its input. */
export interface HandlerContext<R extends Route> {
  readonly caller: R["access"] extends "public" ? Caller | undefined : Caller;
  readonly client: Client;
  /** Ties logs and audit entries to this request. */
  readonly requestId: string;
  /** The time of the request, ms since 1970. */
  readonly now: number;
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal;
  /**
   * Runs a transaction and returns its answer, as `Database.transaction`. What an Idempotency-Key is
   * answered with is kept in the same transaction: a repetition after a crash either does nothing or finds
   * nothing done. One change a request; what is slow comes before it, or is a job.
   *
   * @throws UsageError `CHANGE_NOT_AUDITED`, with nothing changed; what the database and `act` throw
   */
  readonly change: (act: (change: Change) => Promise<RouteAnswer<R>>) => Promise<RouteAnswer<R>>;
}

/** An operation's handler: valid input to answer, nothing of HTTP. Refuses by throwing an ApiRefusal. */
export type Handler<R extends Route> = (
  input: RouteInput<R>,
  context: HandlerContext<R>,
) => Promise<RouteAnswer<R>>;

/** What else must be known of an operation. */
export interface ImplementationOptions {
  /**
   * The handler heeds `caller.apps` itself. Default: an operation whose path names no app needs a role for
   * all apps.
   */
  readonly heedsApps?: boolean;
  /** Runtimes' tokens may call it as well; default: only operations for runtimes. */
  readonly letsRuntimesIn?: boolean;
  /**
   * The answer holds a secret that is shown once: under an Idempotency-Key only that it was answered is
   * kept, and a repetition is CONFLICT.
   */
  readonly isAnswerSecret?: boolean;
}

/**
 * Returns an operation's events, from now until the caller is gone, which `context.signal` tells. Refuses by
 * rejecting: once there are events, the status is sent.
 */
export type EventSource<R extends Route> = (
  input: RouteInput<R>,
  context: Omit<HandlerContext<R>, "change">,
) => Promise<AsyncIterable<ServerEvent>>;

/** An operation with what carries it out, its types forgotten. */
export type Implementation = {
  readonly route: Route;
  readonly options: Required<ImplementationOptions>;
} & ({ readonly handle: Handler<Route> } | { readonly events: EventSource<Route> });

const DEFAULTS: Required<ImplementationOptions> = {
  heedsApps: false,
  letsRuntimesIn: false,
  isAnswerSecret: false,
};

/** Pairs an operation with its handler, whose types come from it. */
export function implement<R extends Route>(
  route: R,
  handle: Handler<R>,
  options: ImplementationOptions = {},
): Implementation {
  return {
    route,
    options: { ...DEFAULTS, ...options },
    // What calls it reads the input by this very route; the types differ only in saying so.
    handle: handle as unknown as Handler<Route>,
  };
}

/** Pairs an operation with what makes its events. */
export function implementEvents<R extends Route>(
  route: R,
  events: EventSource<R>,
  options: ImplementationOptions = {},
): Implementation {
  // As above.
  return { route, options: { ...DEFAULTS, ...options }, events: events as EventSource<Route> };
}
