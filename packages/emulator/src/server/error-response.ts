import { AppleApiError, EmulatorError, type EmulatorErrorCode } from "../errors/index.ts";

/** The status of each error of the emulator's own. */
const STATUS: Readonly<Record<EmulatorErrorCode, number>> = {
  APP_UNKNOWN: 404,
  SUBSCRIBER_UNKNOWN: 404,
  VIEW_UNKNOWN: 404,
  ENVIRONMENT_UNKNOWN: 404,
  PATH_UNKNOWN: 404,
  INPUT_INVALID: 400,
  BODY_TOO_LARGE: 413,
  ADDRESS_NOT_LOOPBACK: 403,
  ORIGIN_REFUSED: 403,
  EVENT_IMPOSSIBLE: 409,
  CLOSED: 503,
  CONNECTION_DROPPED: 503,
  OPTIONS_INVALID: 500,
  CA_UNREADABLE: 500,
  CA_EXPIRED: 500,
  STATE_UNREADABLE: 500,
  DIRECTORY_IN_USE: 500,
  PORT_TAKEN: 500,
  LISTEN_FAILED: 500,
};

/** Returns the control API's response to an error: `{code, message}`, and Apple's number if it has one. */
export function errorResponse(error: unknown): Response {
  if (error instanceof AppleApiError) {
    const { code, errorCode, httpStatus, message } = error;
    return Response.json({ code, errorCode, message }, { status: httpStatus });
  }
  if (error instanceof EmulatorError) {
    const { code, message } = error;
    const status = isEmulatorErrorCode(code) ? STATUS[code] : 500;
    return Response.json({ code, message }, { status });
  }
  return Response.json({ code: "INTERNAL", message: "an internal error" }, { status: 500 });
}

function isEmulatorErrorCode(code: string): code is EmulatorErrorCode {
  return Object.hasOwn(STATUS, code);
}
