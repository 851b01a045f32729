import type { AppleErrorCode } from "./apple-error-table.ts";

/**
 * What can go wrong with the emulator itself, as against what Apple would refuse (`AppleApiError`).
 *
 * - `APP_UNKNOWN`, `SUBSCRIBER_UNKNOWN`, `VIEW_UNKNOWN`: nothing here by that name
 * - `ENVIRONMENT_UNKNOWN`: neither `sandbox` nor `production`
 * - `INPUT_INVALID`: an argument or a request body that is not the shape it should be
 * - `PATH_UNKNOWN`: an address the server does not have
 * - `BODY_TOO_LARGE`: a request body above the server's bound
 * - `OPTIONS_INVALID`: an option that can never work, told at creation
 * - `CA_UNREADABLE`, `CA_EXPIRED`: the kept certificate authority cannot be used
 * - `STATE_UNREADABLE`: the kept world cannot be read
 * - `DIRECTORY_IN_USE`: another emulator keeps its world in the directory
 * - `ORIGIN_REFUSED`: asked by a page that is not the emulator's own
 * - `ADDRESS_NOT_LOOPBACK`: asked to listen where other machines could reach it
 * - `PORT_TAKEN`, `LISTEN_FAILED`: the address cannot be listened on
 * - `CONNECTION_DROPPED`: a fault that was asked for; over HTTP the socket ends instead
 * - `EVENT_IMPOSSIBLE`: something that cannot happen to a subscription that is as it is
 * - `CLOSED`: used after `close()`
 */
export type EmulatorErrorCode =
  | "APP_UNKNOWN"
  | "SUBSCRIBER_UNKNOWN"
  | "VIEW_UNKNOWN"
  | "ENVIRONMENT_UNKNOWN"
  | "INPUT_INVALID"
  | "PATH_UNKNOWN"
  | "BODY_TOO_LARGE"
  | "OPTIONS_INVALID"
  | "CA_UNREADABLE"
  | "CA_EXPIRED"
  | "STATE_UNREADABLE"
  | "DIRECTORY_IN_USE"
  | "ORIGIN_REFUSED"
  | "ADDRESS_NOT_LOOPBACK"
  | "PORT_TAKEN"
  | "LISTEN_FAILED"
  | "CONNECTION_DROPPED"
  | "EVENT_IMPOSSIBLE"
  | "CLOSED";

/** Any error this package throws on purpose; branch on `code`, never on `message`. */
export class EmulatorError extends Error {
  /** Stable and documented. */
  readonly code: EmulatorErrorCode | AppleErrorCode;

  constructor(code: EmulatorErrorCode | AppleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Returns an error of the emulator itself; Apple's are made by their own class. */
export function emulatorError(
  code: EmulatorErrorCode,
  message: string,
  options?: ErrorOptions,
): EmulatorError {
  return new EmulatorError(code, message, options);
}
