import { join } from "node:path";
import { compileFlow } from "@holdfast/flow/compile";
import { parseFlowValue } from "@holdfast/flow/document";
import { openLocalPublisher, readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import { pino } from "pino";
import { startTelemetry } from "../../packages/cli/src/telemetry/start-telemetry.ts";
import { world } from "./world.ts";

const RULES = Number(process.env["BENCH_RULES"] ?? 1000);
const { app, bundleId, appAppleId, productId, offerIdentifier, messageIdentifier } = world;

/** A flow of many rules over many products; the last one answers the product that is asked for. */
const parsed = parseFlowValue({
  version: 1,
  app: bundleId,
  messages: {
    plain: {
      defaultLocale: "en-US",
      locales: { "en-US": { id: "ed7f25fc-5741-46a3-8502-062e0fb8afd0" } },
    },
    offer: { defaultLocale: "en-US", locales: { "en-US": { id: messageIdentifier } } },
  },
  rules: [
    ...Array.from({ length: RULES - 1 }, (_, index) => ({
      name: `rule_${index}`,
      when: { productId: `product.${index % 100}`, storefront: { in: ["USA", "GBR"] } },
      respond: { message: "plain" },
    })),
    {
      name: "offer",
      when: { productId },
      respond: { promotionalOffer: { message: "offer", offers: { [productId]: offerIdentifier } } },
    },
  ],
  fallback: { message: "plain" },
});
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const snapshot = compileFlow(parsed.document, { environment: "sandbox" });

const dataDirectory = join(world.directory, `holdfast-${process.pid}`);
const publisher = await openLocalPublisher(dataDirectory, {});
const { keyId, issuerId, privateKey } = world;
await publisher.publish({
  app,
  snapshot,
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
