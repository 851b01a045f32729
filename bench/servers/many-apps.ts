import { join } from "node:path";
import { openLocalPublisher, readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import type { RuntimeConfigInput } from "@holdfast/runtime/node";
import { pino } from "pino";
import { answeringSnapshot } from "./answering-snapshot.ts";
import { world } from "./world.ts";

/** A host of many apps, each with a flow of its own; says how long it took to start. */
const APPS = Number(process.env["BENCH_APPS"] ?? 1);
const RULES = Number(process.env["BENCH_RULES"] ?? 10);

const dataDirectory = join(world.directory, `apps-${APPS}-${RULES}`);
const publisher = await openLocalPublisher(dataDirectory, {});
const { keyId, issuerId, privateKey, appAppleId, rootPem } = world;
const environments = { sandbox: { trustedRoots: [rootPem] } };
const apps: Record<string, RuntimeConfigInput["apps"][string]> = {};
for (let index = 0; index < APPS; index += 1) {
  const app = `app${index}`;
  const bundleId = `com.example.${app}`;
  apps[app] = { bundleId, appAppleId: appAppleId + index, environments };
  await publisher.publish({
    app,
    snapshot: answeringSnapshot(bundleId, RULES, world),
    signingKey: { keyId, issuerId, privateKey },
    publishedAt: Date.now(),
  });
}
const config = await readRuntimeConfig(
  { apps },
  { directory: world.directory, localPublisherKeyPem: publisher.publicKeyPem },
);

/** From a request's arrival to its response being ready, ms, since it was last asked. */
let latencies: number[] = [];

const startedAt = performance.now();
const host = await startNodeHost({
  config,
  dataDirectory,
  port: 0,
  logger: pino({ level: "warn" }),
  onAnswer: ({ latencyMs }) => void latencies.push(latencyMs),
});
process.send?.({
  port: Number(new URL(host.url).port),
  startMs: performance.now() - startedAt,
});

process.on("message", (message) => {
  if (message === "latency") {
    const sorted = latencies.toSorted((one, other) => one - other);
    const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    latencies = [];
    process.send?.({ p50: at(0.5), p99: at(0.99), max: at(1) });
  }
  if (message === "memory") {
    globalThis.gc?.();
    process.send?.({ residentBytes: process.memoryUsage().rss });
  }
});
