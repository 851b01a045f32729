import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { startEmulator } from "@holdfast/emulator";
import type { AppDefinition, ResolveRule, RunningEmulator } from "@holdfast/emulator";
import { openLocalPublisher, readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import type { LocalPublisher, NodeHost } from "@holdfast/runtime/node";
import { pino } from "pino";
import type { Io } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { loadUsableFlow } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { createDevSubscribers } from "./dev-subscribers.ts";
import { createLiveView, renderPerformanceTest } from "./live-view.ts";
import type { LiveView } from "./live-view.ts";
import { uploadContent } from "./upload-content.ts";

/** What a session on one machine is started with. */
export interface DevOptions {
  readonly flow: string;
  readonly dataDirectory: string;
  readonly port: number;
  readonly emulatorPort: number;
  readonly viewsPerSecond: number;
}

/** A session that runs. */
export interface DevSession {
  /** Rejects when something breaks; never resolves. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

const ENVIRONMENT = "sandbox";
/** A performance test on one machine need not take Apple's minute. */
const PERFORMANCE_TEST_MS = 10_000;
/** The product whose subscription the performance test asks about. */
const TESTED_PRODUCT = "yoga.monthly";

/** Starts a local App Store and a runtime, publishes the flow, and sets the population going. */
export async function startDev(options: DevOptions, io: Io): Promise<DevSession> {
  const flow = await loadUsableFlow(io, { file: options.flow, environment: ENVIRONMENT });
  // Filled in once the runtime's address is known; the emulator looks at it for each request.
  const resolveRules: ResolveRule[] = [];
  const emulator = await startEmulator({
    port: options.emulatorPort,
    directory: join(options.dataDirectory, "app-store"),
    resolve: resolveRules,
    performanceTest: { totalDuration: PERFORMANCE_TEST_MS },
  });
  try {
    const app = appOf(flow, emulator);
    const publisher = await openLocalPublisher(options.dataDirectory, io.env);
    const rootFile = join(options.dataDirectory, "app-store-root.pem");
    await writeFile(rootFile, emulator.rootCertificatePem);
    const view = createLiveView(io);
    const host = await startRuntime({ app, emulator, publisher, view, options, io });
    resolveRules.push({ from: publicPrefixOf(flow), to: `${host.url}/` });
    await publishFlow({ app, emulator, publisher, flow, host, io });
    io.stdout(renderStart({ app, emulator, host, options, flow }));
    const abort = new AbortController();
    const failed = runPopulation({ app, emulator, view, options, io, signal: abort.signal });
    return {
      failed,
      async close() {
        abort.abort();
        await host.close();
        await emulator.close();
      },
    };
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

interface Stage {
  readonly app: AppDefinition;
  readonly emulator: RunningEmulator;
  readonly publisher: LocalPublisher;
  readonly flow: UsableFlow;
  readonly host: NodeHost;
  readonly view: LiveView;
  readonly options: DevOptions;
  readonly io: Io;
}

function appOf(flow: UsableFlow, emulator: RunningEmulator): AppDefinition {
  const app = emulator.apps().find(({ bundleId }) => bundleId === flow.document.app);
  if (app !== undefined) return app;
  const known = emulator.apps().map(({ bundleId }) => bundleId);
  throw new UsageError(
    "APP_UNKNOWN",
    `the local App Store has no app ${flow.document.app}; it has ${known.join(" and ")}`,
  );
}

async function startRuntime({
  app,
  emulator,
  publisher,
  view,
  options,
  io,
}: Omit<Stage, "flow" | "host">): Promise<NodeHost> {
  const { id, bundleId, appAppleId } = app;
  const environments = { [ENVIRONMENT]: { trustedRoots: [emulator.rootCertificatePem] } };
  const config = await readRuntimeConfig(
    { apps: { [id]: { bundleId, appAppleId, environments } } },
    { directory: options.dataDirectory, localPublisherKeyPem: publisher.publicKeyPem },
  );
  const subscribers = await createDevSubscribers(
    emulator.subscribers({ app: id, environment: ENVIRONMENT }),
    (originalTransactionId) => publisher.pseudonymOf(id, originalTransactionId),
    io.now(),
  );
  return startNodeHost({
    config,
    dataDirectory: options.dataDirectory,
    port: options.port,
    logger: pino({ level: "error" }, { write: io.stderr }),
    env: io.env,
    subscribers,
    onAnswer(event) {
      view.note(event);
      if (event.decision !== undefined) subscribers.remember(event.decision);
    },
  });
}

async function publishFlow({
  app,
  emulator,
  publisher,
  flow,
  host,
  io,
}: Omit<Stage, "view" | "options">): Promise<void> {
  const { reviewStates } = uploadContent(emulator, { app: app.id, environment: ENVIRONMENT }, flow);
  const { keyId, issuerId, privateKey } = emulator.credentials(app.id);
  await publisher.publish({
    app: app.id,
    snapshot: compileLoaded({ ...flow, reviewStates }, ENVIRONMENT),
    signingKey: { keyId, issuerId, privateKey },
    publishedAt: io.now(),
  });
  await host.refresh();
}

/** The scheme and host of the flow's URL: what the local App Store sends here instead. */
function publicPrefixOf({ document, file }: UsableFlow): string {
  if (document.realtimeUrl !== undefined) return `${new URL(document.realtimeUrl).origin}/`;
  throw new UsageError("REALTIME_URL_MISSING", `${file}: realtimeUrl says which URL Apple asks`);
}

function renderStart({
  app,
  emulator,
  host,
  options,
  flow,
}: Omit<Stage, "publisher" | "view" | "io">): string {
  const root = join(options.dataDirectory, "app-store-root.pem");
  return [
    `runtime    ${host.url}    /healthz /metrics /apple/retention/${app.id}/${ENVIRONMENT}`,
    `App Store  ${emulator.url}    its root certificate: ${root}`,
    `flow       ${flow.file}, live for ${app.bundleId} in the ${ENVIRONMENT}`,
    "",
    "try in another terminal:",
    `  curl -s ${host.url}/healthz`,
    `  npx holdfast simulate --flow ${flow.file} --product ${TESTED_PRODUCT} --locale en-US`,
    "",
    "subscribers open the page that can cancel (asked); some tap Cancel, and only then a message is shown (tap):",
    "",
  ]
    .map((line) => `${line}\n`)
    .join("");
}

async function runPopulation({
  app,
  emulator,
  view,
  options,
  io,
  signal,
}: Omit<Stage, "publisher" | "flow" | "host"> & { readonly signal: AbortSignal }): Promise<never> {
  const place = { app: app.id, environment: ENVIRONMENT } as const;
  const { viewsPerSecond } = options;
  void reportPerformanceTest({ app, emulator, io });
  for await (const event of emulator.runPopulation({ ...place, viewsPerSecond, signal })) {
    io.stdout(`${view.render(event)}\n`);
  }
  return new Promise<never>(() => undefined);
}

async function reportPerformanceTest({
  app,
  emulator,
  io,
}: Pick<Stage, "app" | "emulator" | "io">): Promise<void> {
  const tested = emulator
    .subscribers({ app: app.id, environment: ENVIRONMENT })
    .find(({ productId, ownership }) => productId === TESTED_PRODUCT && ownership === "PURCHASED");
  if (tested === undefined) return;
  const { originalTransactionId } = tested;
  const { requestId } = emulator.startPerformanceTest({ app: app.id, originalTransactionId });
  io.stdout(`performance test started for a ${TESTED_PRODUCT} subscription\n`);
  const result = await emulator.performanceTestFinished(app.id, requestId);
  io.stdout(`\n${renderPerformanceTest(result, io).join("\n")}\n\n`);
}
