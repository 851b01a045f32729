import { Hono, type HonoRequest } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import { EmulatorError, emulatorError } from "../errors/index.ts";
import { errorResponse } from "./error-response.ts";
import { isLoopback } from "./loopback.ts";
import { addContentRoutes } from "./content-routes.ts";
import { addOcspRoutes } from "./ocsp-routes.ts";
import { addRealtimeRoutes } from "./realtime-routes.ts";
import { addSubscriptionRoutes } from "./subscription-routes.ts";
import { addStorekitControlRoutes } from "./storekit-control-routes.ts";

/** What browsers say of our own pages, and of addresses somebody typed. */
const OWN_SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);

/**
 * Returns everything the emulator answers over HTTP. `onInternalError` is told of errors that are
 * nobody's but ours.
 */
export function createControlApp(
  emulator: Emulator,
  onInternalError: (error: unknown) => void = () => undefined,
): Hono {
  const app = new Hono();
  app.onError((error) => {
    // Whoever listens ends the connection.
    if (error instanceof EmulatorError && error.code === "CONNECTION_DROPPED") throw error;
    if (!(error instanceof EmulatorError)) onInternalError(error);
    return errorResponse(error);
  });
  app.notFound((context) =>
    errorResponse(emulatorError("PATH_UNKNOWN", `there is no ${context.req.path}`)),
  );
  app.use(async ({ req }, next) => {
    assertLocal(req.url);
    assertOwnPage(req);
    await next();
  });
  app.get("/healthz", (context) => context.json({ ok: true }));
  addOcspRoutes(app, emulator);
  addRealtimeRoutes(app, emulator);
  addContentRoutes(app, emulator);
  addSubscriptionRoutes(app, emulator);
  addStorekitControlRoutes(app, emulator);
  return app;
}

/** A name that others control must not lead here, for then their page would be of our origin. */
function assertLocal(url: string): void {
  if (isLoopback(new URL(url).hostname)) return;
  throw emulatorError("ADDRESS_NOT_LOOPBACK", "expected to be addressed as this machine");
}

/**
 * A page somebody else serves must not reach what needs no password, not even one on another port of
 * this machine. Browsers say whose page asks, with `Sec-Fetch-Site` also where there is no `Origin`.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
function assertOwnPage(request: HonoRequest): void {
  const { origin } = new URL(request.url);
  const asker = request.header("origin") ?? origin;
  const site = request.header("sec-fetch-site") ?? "none";
  if (asker === origin && OWN_SITES.has(site)) return;
  throw emulatorError(
    "ORIGIN_REFUSED",
    `expected no web page to ask, or one of ${origin}; call it from a program instead`,
  );
}
