import { ApiRefusal } from "@holdfast/api/server";

/** Returns what is read; undefined where it is refused as not there. */
export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiRefusal && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}
