import { createHash } from "node:crypto";

/** Returns what an ETag of the URL is made of: the same for the same URL, and one for none. */
export function urlVersion(url: string | null): string {
  return url === null ? "none" : createHash("sha256").update(url).digest("hex");
}
