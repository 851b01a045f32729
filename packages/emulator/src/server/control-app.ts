import { Hono } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import { emulatorError } from "../errors/index.ts";
import { errorResponse } from "./error-response.ts";
import { isLoopback } from "./loopback.ts";
import { addContentRoutes } from "./content-routes.ts";
import { addOcspRoutes } from "./ocsp-routes.ts";
import { addRealtimeRoutes } from "./realtime-routes.ts";

/** Returns everything the emulator answers over HTTP. */
export function createControlApp(emulator: Emulator): Hono {
  const app = new Hono();
  app.onError((error) => errorResponse(error));
  app.notFound((context) =>
    errorResponse(emulatorError("PATH_UNKNOWN", `there is no ${context.req.path}`)),
  );
  // A page on the web must not reach a local server through a name it controls.
  app.use(async (context, next) => {
    if (!isLoopback(new URL(context.req.url).hostname)) {
      throw emulatorError("ADDRESS_NOT_LOOPBACK", "expected to be addressed as this machine");
    }
    await next();
  });
  app.get("/healthz", (context) => context.json({ ok: true }));
  addOcspRoutes(app, emulator);
  addRealtimeRoutes(app, emulator);
  addContentRoutes(app, emulator);
  return app;
}
