import { join } from "node:path";
import { openLocalPublisher, readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import { pino } from "pino";
import { startTelemetry } from "../../packages/cli/src/telemetry/start-telemetry.ts";
import { answeringSnapshot } from "./answering-snapshot.ts";
import { world } from "./world.ts";

const RULES = Number(process.env["BENCH_RULES"] ?? 1000);
const { app, bundleId, appAppleId } = world;

const dataDirectory = join(world.directory, `holdfast-${process.pid}`);
const publisher = await openLocalPublisher(dataDirectory, {});
const { keyId, issuerId, privateKey } = world;
await publisher.publish({
  app,
  snapshot: answeringSnapshot(bundleId, RULES, world),
  signingKey: { keyId, issuerId, privateKey },
  publishedAt: Date.now(),
});
const telemetry = await startTelemetry({
  env:
    process.env["BENCH_TRACES"] === undefined
      ? {}
      : { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: world.tracesUrl },
  release: "bench",
  onProblem: (error) => {
    throw error;
  },
});
const host = await startNodeHost({
  config: await readRuntimeConfig(
    {
      apps: {
        [app]: {
          bundleId,
          appAppleId,
          environments: { sandbox: { trustedRoots: [world.rootPem] } },
        },
      },
    },
    { directory: world.directory, localPublisherKeyPem: publisher.publicKeyPem },
  ),
  dataDirectory,
  port: 0,
  ...(telemetry === undefined ? {} : { onAnswer: telemetry.onAnswer }),
  logger: pino({ level: process.env["BENCH_LOG"] ?? "warn" }),
});
process.send?.({ port: Number(new URL(host.url).port) });
