import { ControlCallError } from "./control-call-error.ts";

/**
 * Returns what is read, or undefined where the caller's role does not allow it: for what makes an answer
 * fuller, and is not the answer.
 *
 * @throws ControlCallError of any other kind
 */
export async function readIfAllowed<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ControlCallError && error.code === "FORBIDDEN") return undefined;
    throw error;
  }
}
