import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Emulator } from "../emulator/emulator.ts";
import { emulatorError } from "../errors/index.ts";
import { errorResponse } from "./error-response.ts";
import { isLoopback } from "./loopback.ts";
import { addContentRoutes } from "./content-routes.ts";
import { addRealtimeRoutes } from "./realtime-routes.ts";

/** The largest body taken, in bytes: a full-size picture, barely compressed. Ours. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

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
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () =>
        errorResponse(emulatorError("BODY_TOO_LARGE", `expected at most ${MAX_BODY_BYTES} bytes`)),
    }),
  );
  app.get("/healthz", (context) => context.json({ ok: true }));
  app.on(["GET", "POST"], ["/ocsp/root", "/ocsp/root/*"], async (context) =>
    emulator.ocsp.respond("root", context.req.raw),
  );
  app.on(["GET", "POST"], ["/ocsp/intermediate", "/ocsp/intermediate/*"], async (context) =>
    emulator.ocsp.respond("intermediate", context.req.raw),
  );
  addRealtimeRoutes(app, emulator);
  addContentRoutes(app, emulator);
  return app;
}
