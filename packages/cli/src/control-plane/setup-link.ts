import { UsageError } from "@holdfast/appstore/errors";
import { parseServerUrl } from "./server-url.ts";

/** A one-time link of a control plane, taken apart. */
export interface SetupTarget {
  /** Without a slash at its end. */
  readonly server: string;
  /** Opens the setup once; a secret until then. */
  readonly code: string;
}

/**
 * Takes a setup link apart, which is like `https://holdfast.example.com/setup#code`.
 *
 * @throws UsageError `LINK_INVALID`, `SERVER_INVALID` for http to another machine; neither repeats the link,
 *   whose code is a secret
 */
export function parseSetupLink(link: string): SetupTarget {
  const text = link.trim();
  const at = text.indexOf("#");
  const [place, code] = [text.slice(0, at), text.slice(at + 1)];
  if (at > 0 && /^[A-Za-z0-9_-]{16,128}$/.test(code) && /\/setup\/?$/.test(place)) {
    return { server: parseServerUrl(place.replace(/\/setup\/?$/, ""), "the link"), code };
  }
  throw new UsageError(
    "LINK_INVALID",
    "expected the whole link that the server printed at its start, like https://holdfast.example.com/setup#…; put it in quotes",
  );
}
