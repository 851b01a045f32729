import type { Hono } from "hono";
import type { Emulator } from "../emulator/emulator.ts";
import type { AppDefinition } from "../world/index.ts";
import { type Fields, parseOddChain, parseOverrides, stringOf } from "./control-input.ts";
import { placeOf } from "./place.ts";
import { readFields } from "./request-body.ts";

const APP = "/emulator/apps/:app";
const PLACE = `${APP}/:environment` as const;

/** Adds what is about requests: certificates, credentials, cancel sheets, performance tests. */
export function addRealtimeRoutes(app: Hono, emulator: Emulator): void {
  app.get("/emulator/root-certificate", (context) => {
    context.header("content-type", "application/x-pem-file");
    return context.body(emulator.rootCertificatePem);
  });
  app.get("/emulator/counts", (context) => context.json(emulator.counts()));
  app.get("/emulator/apps", (context) =>
    context.json({
      apps: emulator.apps().map(catalogOf),
    }),
  );
  app.get(`${APP}/credentials`, (context) =>
    context.json(emulator.shownCredentials(context.req.param("app"))),
  );
  app.get(`${PLACE}/subscribers`, (context) =>
    context.json({ subscribers: emulator.subscribers(placeOf(context.req.param())) }),
  );
  app.post(`${PLACE}/signed-requests`, async (context) => {
    const fields = await readFields(context.req.raw);
    const oddChain = parseOddChain(fields);
    const body = await emulator.signedRequest({
      ...placeOf(context.req.param()),
      ...parseSheet(fields),
      ...(oddChain === undefined ? {} : { oddChain }),
    });
    return context.json(body);
  });
  app.post(`${PLACE}/cancel-sheets`, async (context) => {
    const sheet = parseSheet(await readFields(context.req.raw));
    const place = placeOf(context.req.param());
    return context.json(await emulator.openCancelSheet({ ...place, ...sheet }), 201);
  });
  addPerformanceTestRoutes(app, emulator);
  app.post("/emulator/cancel-sheets/:viewId/tap", (context) =>
    context.json(emulator.tapCancel(context.req.param("viewId"))),
  );
}

/** Apple has performance tests in the sandbox only, so their address names no environment. */
function addPerformanceTestRoutes(app: Hono, emulator: Emulator): void {
  app.post(`${APP}/performance-tests`, async (context) => {
    const fields = await readFields(context.req.raw);
    const originalTransactionId = stringOf(fields, "originalTransactionId");
    const id = context.req.param("app");
    return context.json(emulator.startPerformanceTest({ app: id, originalTransactionId }), 201);
  });
  app.get(`${APP}/performance-tests/:requestId`, (context) => {
    const { app: id, requestId } = context.req.param();
    return context.json(emulator.performanceTestResult(id, requestId));
  });
  app.post(`${APP}/performance-test-pass`, (context) => {
    emulator.grantPerformanceTestPass(context.req.param("app"));
    return context.body(null, 204);
  });
}

function parseSheet(fields: Fields) {
  const overrides = parseOverrides(fields);
  return {
    originalTransactionId: stringOf(fields, "originalTransactionId"),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

function catalogOf({ id, name, bundleId, appAppleId, groups, offers }: AppDefinition) {
  return { id, name, bundleId, appAppleId, groups, offers };
}
