import { CodedError } from "../../errors/index.ts";

/** Returns the coded error an action throws; any other error, or none, fails the test. */
export function thrownBy(action: () => unknown): CodedError {
  try {
    action();
  } catch (error) {
    return coded(error);
  }
  throw new Error("expected an error, got none");
}

/** Returns the coded error a promise is rejected with; any other error, or none, fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<CodedError> {
  try {
    await promise;
  } catch (error) {
    return coded(error);
  }
  throw new Error("expected a rejection, got none");
}

/** Returns what an action returns, or the code of the error it throws: for properties of either. */
export function resultOrCode<T>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    return coded(error).code;
  }
}

function coded(error: unknown): CodedError {
  if (isCoded(error)) return error;
  throw new Error("expected an error with a code", { cause: error });
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof CodedError;
}
