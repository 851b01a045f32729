import { UsageError } from "@holdfast/appstore/errors";
import { EmulatorError } from "@holdfast/emulator";

/** What the caller can mend: another port or directory, another option, another name. */
const MENDABLE: ReadonlySet<string> = new Set([
  "PORT_TAKEN",
  "LISTEN_FAILED",
  "ADDRESS_NOT_LOOPBACK",
  "OPTIONS_INVALID",
  "CA_UNREADABLE",
  "CA_EXPIRED",
  "STATE_UNREADABLE",
  "DIRECTORY_IN_USE",
  "APP_UNKNOWN",
]);

/** Does something with the emulator; what the caller can mend comes as a `UsageError` of the same code. */
export async function withEmulatorErrors<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof EmulatorError) || !MENDABLE.has(cause.code)) throw cause;
    throw new UsageError(cause.code, cause.message, { cause });
  }
}
