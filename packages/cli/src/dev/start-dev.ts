import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@holdfast/appstore/errors";
import { startEmulator } from "@holdfast/emulator";
import type { AppDefinition, ResolveRule, RunningEmulator, Subscriber } from "@holdfast/emulator";
import { openLocalPublisher, readRuntimeConfig, startNodeHost } from "@holdfast/runtime/node";
import type { LocalPublisher, NodeHost } from "@holdfast/runtime/node";
import { pino } from "pino";
import type { Io } from "../command.ts";
import { compileLoaded } from "../compile-loaded.ts";
import { loadUsableFlow } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { withEmulatorErrors } from "../emulator-errors.ts";
import { appOfFlow } from "./app-of-flow.ts";
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

/** Starts a local App Store and a runtime, publishes the flow, and sets the population going. */
export async function startDev(options: DevOptions, io: Io): Promise<DevSession> {
  const flow = await loadUsableFlow(io, { file: options.flow, environment: ENVIRONMENT });
  const app = appOfFlow(flow);
  // Filled in once the runtime's address is known; the emulator looks at it for each request.
  const resolveRules: ResolveRule[] = [];
  const emulator = await withEmulatorErrors(() =>
    startEmulator({
      apps: [app],
      port: options.emulatorPort,
      directory: join(options.dataDirectory, "app-store", app.id),
      resolve: resolveRules,
      performanceTest: { totalDuration: PERFORMANCE_TEST_MS },
    }),
  );
  const started: { close(): Promise<void> }[] = [emulator];
  const abort = new AbortController();
  const close = async (): Promise<void> => {
    abort.abort();
    for (const server of started.toReversed()) await server.close();
  };
  try {
    const publisher = await openLocalPublisher(options.dataDirectory, io.env);
    await writeFile(rootFileOf(options), emulator.rootCertificatePem);
    const view = createLiveView(io);
    const host = await startRuntime({ app, emulator, publisher, view, options, io });
    started.push(host);
    resolveRules.push({ from: publicPrefixOf(flow), to: `${host.url}/` });
    await publishFlow({ app, emulator, publisher, flow, host, io });
    const tested = testedSubscriber(app, emulator);
    io.stdout(renderStart({ app, emulator, host, options, flow }, tested?.productId));
    const failed = runPopulation({ app, emulator, view, options, io, signal: abort.signal });
    if (tested !== undefined) void reportPerformanceTest({ app, emulator, io }, tested);
    return { failed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where other commands find the root to trust while the session runs. */
function rootFileOf({ dataDirectory }: DevOptions): string {
  return join(dataDirectory, "app-store-root.pem");
}

/** Whom the performance test asks about: somebody's own, monthly subscription for preference. */
function testedSubscriber(app: AppDefinition, emulator: RunningEmulator): Subscriber | undefined {
  const own = emulator
    .subscribers({ app: app.id, environment: ENVIRONMENT })
    .filter(({ ownership }) => ownership === "PURCHASED");
  return own.find(({ productId }) => productId.includes("month")) ?? own[0];
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
  const place = { app: app.id, environment: ENVIRONMENT } as const;
  const { reviewStates } = await uploadContent(emulator, place, flow);
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

function renderStart(
  { app, emulator, host, options, flow }: Omit<Stage, "publisher" | "view" | "io">,
  productId = app.groups[0]?.products[0]?.productId ?? "",
): string {
  return [
    `runtime    ${host.url}    /healthz /metrics /apple/retention/${app.id}/${ENVIRONMENT}`,
    `App Store  ${emulator.url}    its root certificate: ${rootFileOf(options)}`,
    `flow       ${flow.file}, live for ${app.bundleId} in the ${ENVIRONMENT}`,
    "",
    "try in another terminal:",
    `  curl -s ${host.url}/healthz`,
    `  npx holdfast simulate --flow ${flow.file} --product ${productId} --locale en-US --environment ${ENVIRONMENT}`,
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
  for await (const event of emulator.runPopulation({ ...place, viewsPerSecond, signal })) {
    io.stdout(`${view.render(event)}\n`);
  }
  return new Promise<never>(() => undefined);
}

async function reportPerformanceTest(
  { app, emulator, io }: Pick<Stage, "app" | "emulator" | "io">,
  { originalTransactionId, productId }: Subscriber,
): Promise<void> {
  const { requestId } = emulator.startPerformanceTest({ app: app.id, originalTransactionId });
  io.stdout(`performance test started for a ${productId} subscription\n`);
  const result = await emulator.performanceTestFinished(app.id, requestId);
  // A session that ends meanwhile leaves the test undecided.
  if (result.result === "PENDING") return;
  io.stdout(`\n${renderPerformanceTest(result, io).join("\n")}\n\n`);
}
