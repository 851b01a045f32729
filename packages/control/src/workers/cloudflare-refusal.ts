import { ApiRefusal } from "@holdfast/api/server";
import { UpstreamError } from "@holdfast/appstore/errors";

/**
 * Returns what a failed call at Cloudflare, made for a caller, is answered with; any other error as it is.
 * `CLOUDFLARE_REFUSED` where Cloudflare refused it, `CLOUDFLARE_UNREACHABLE` where it gave no answer to use or
 * asked to come later.
 */
export function cloudflareRefusal(error: unknown): unknown {
  if (!(error instanceof UpstreamError) || !String(error.code).startsWith("CLOUDFLARE_")) {
    return error;
  }
  const isRefused = error.code === "CLOUDFLARE_REFUSED";
  return new ApiRefusal(
    isRefused ? "CLOUDFLARE_REFUSED" : "CLOUDFLARE_UNREACHABLE",
    error.message,
    { cause: error },
  );
}
