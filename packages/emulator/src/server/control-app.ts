import { Hono } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import { EmulatorError, emulatorError } from "../errors/index.ts";
import { errorResponse } from "./error-response.ts";
import { isLoopback } from "./loopback.ts";
import { addContentRoutes } from "./content-routes.ts";
import { addOcspRoutes } from "./ocsp-routes.ts";
import { addRealtimeRoutes } from "./realtime-routes.ts";
import { addSubscriptionRoutes } from "./subscription-routes.ts";
import { addStorekitControlRoutes } from "./storekit-control-routes.ts";

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
    assertLocal(req.header("origin"));
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

/** A page on the web must reach a local server neither through a name it controls nor blindly. */
function assertLocal(url: string | undefined): void {
  if (url === undefined || (URL.canParse(url) && isLoopback(new URL(url).hostname))) return;
  throw emulatorError(
    "ADDRESS_NOT_LOOPBACK",
    "expected to be addressed as, and from, this machine",
  );
}
