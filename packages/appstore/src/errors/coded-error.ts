/**
 * The one hierarchy of errors. A room declares its codes as a string-literal union and throws the
 * class that says whose fault it is; callers branch on `code`, never on `message`.
 *
 * A message says what was expected and what came. It never holds a token, a key, a payload or a
 * transaction id.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  /** Stable and documented; the thing to branch on. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The data is bad: malformed, forged, or not what Apple's contract says. */
export class BadDataError<Code extends string = string> extends CodedError<Code> {}

/** The data may be good; our rules say no (another app, too old, over a budget). */
export class PolicyError<Code extends string = string> extends CodedError<Code> {}

/** Somebody else failed: Apple, the network, a disk. */
export class UpstreamError<Code extends string = string> extends CodedError<Code> {}

/** The caller misused an interface of ours: an empty trust store, a key of the wrong curve. */
export class UsageError<Code extends string = string> extends CodedError<Code> {}
