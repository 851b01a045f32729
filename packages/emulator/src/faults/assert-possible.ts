import { emulatorError } from "../errors/index.ts";
import type { Fault } from "./fault.ts";

/** Inclusive. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

const COUNT: Bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };
/** As long as timers can wait: about 24 days, in milliseconds. */
const DELAY: Bounds = { min: 0, max: 2 ** 31 - 1 };
/** Apple's numbers: the status of an error, and four digits. */
const ERROR_CODE: Bounds = { min: 4_000_000, max: 5_999_999 };
const ERROR_STATUS: Bounds = { min: 400, max: 599 };

/** What faults can be about. */
export interface Faultable {
  readonly operations: readonly string[];
  readonly apps: readonly string[];
}

/** Throws `INPUT_INVALID` for a fault about something there is not, or with a number out of bounds. */
export function assertPossible(fault: Fault, { operations, apps }: Faultable): void {
  const { operation, app, skip = 0, times = 0 } = fault;
  assertOneOf(operations, "operation", operation);
  assertOneOf(apps, "app", app);
  assertWithin(COUNT, "skip", skip);
  assertWithin(COUNT, "times", times);
  switch (fault.kind) {
    case "latency":
      assertWithin(DELAY, "delayMs", fault.delayMs);
      return;
    case "error":
      assertWithin(ERROR_CODE, "errorCode", fault.errorCode);
      assertWithin(COUNT, "retryInMs", fault.retryInMs ?? 0);
      return;
    case "status":
      assertWithin(ERROR_STATUS, "status", fault.status);
      return;
    case "drop":
  }
}

function assertOneOf(known: readonly string[], name: string, value: string | undefined): void {
  if (value === undefined || known.includes(value)) return;
  throw emulatorError(
    "INPUT_INVALID",
    `expected ${name} of a fault to be one of ${known.join(", ")}, got ${value}`,
  );
}

function assertWithin({ min, max }: Bounds, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw emulatorError(
    "INPUT_INVALID",
    `expected ${name} of a fault to be a whole number from ${min} to ${max}, got ${value}`,
  );
}
