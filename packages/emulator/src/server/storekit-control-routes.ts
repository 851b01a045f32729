import type { Hono } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import { emulatorError } from "../errors/index.ts";
import { parseFaults } from "./fault-input.ts";
import { readFields } from "./request-body.ts";

/** Adds what is about the StoreKit hosts: their faults, what was asked of them, who may. */
export function addStorekitControlRoutes(app: Hono, emulator: Emulator): void {
  const { faults, requestLog, refusedTokens } = emulator;
  app.get("/emulator/faults", (context) => context.json({ faults: faults.list() }));
  app.put("/emulator/faults", async (context) => {
    faults.set(parseFaults(await readFields(context.req.raw)));
    return context.json({ faults: faults.list() });
  });
  app.delete("/emulator/faults", (context) => {
    faults.clear();
    return context.body(null, 204);
  });
  app.get("/emulator/requests", (context) =>
    context.json({ counts: requestLog.counts(), requests: requestLog.list() }),
  );
  app.delete("/emulator/requests", (context) => {
    requestLog.clear();
    return context.body(null, 204);
  });
  app.get("/emulator/refused-tokens", (context) =>
    context.json({ refusedTokens: refusedTokens.list() }),
  );
  app.put("/emulator/apps/:app/access", async (context) => {
    const { hasAccess } = await readFields(context.req.raw);
    if (typeof hasAccess !== "boolean") {
      throw emulatorError("INPUT_INVALID", "expected hasAccess to be true or false");
    }
    emulator.setRetentionMessagingAccess(context.req.param("app"), hasAccess);
    return context.json({ hasAccess });
  });
}
