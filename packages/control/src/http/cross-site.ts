import { CLIENT_HEADER } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";

/** What {@link refuseCrossSite} looks at. */
export interface SiteCheck {
  readonly request: Request;
  /** The origin browsers reach us by, as configured; without it the request's own host counts. */
  readonly publicOrigin: string | undefined;
  /** Whether a cookie speaks for the caller: then the request must prove where it is from. */
  readonly isByCookie: boolean;
}

/** Methods that change nothing. */
const SAFE = new Set(["GET", "HEAD"]);

/**
 * Refuses a request that changes something and that another site's page may have sent.
 *
 * Browsers say in Sec-Fetch-Site and Origin which page sends; what they say must be ours. With a cookie
 * one of the two and {@link CLIENT_HEADER} must be there; without one nothing is theirs to abuse, but a
 * sign-in from another site's page would sign somebody in as somebody else.
 *
 * @throws ApiRefusal `FORBIDDEN`
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function refuseCrossSite({ request, publicOrigin, isByCookie }: SiteCheck): void {
  if (SAFE.has(request.method)) return;
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  if (site !== null && site !== "same-origin") throw refusal("from a page of another site");
  if (origin !== null && !isOurs(origin, request, publicOrigin)) {
    throw refusal("from a page of another origin");
  }
  if (!isByCookie) return;
  if (site === null && origin === null) throw refusal("without Origin and Sec-Fetch-Site");
  if (!request.headers.has(CLIENT_HEADER)) throw refusal(`without ${CLIENT_HEADER}`);
}

/** Behind a proxy that ends TLS our own view has another scheme, so only hosts can be compared then. */
function isOurs(origin: string, request: Request, publicOrigin: string | undefined): boolean {
  if (publicOrigin !== undefined) return origin === publicOrigin;
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host;
}

function refusal(what: string): ApiRefusal {
  return new ApiRefusal(
    "FORBIDDEN",
    `expected a request of the console's own pages, got one ${what}`,
    {
      advice:
        "open the console at the server's public URL (HOLDFAST_PUBLIC_URL), or send a token as Authorization: Bearer …",
    },
  );
}
