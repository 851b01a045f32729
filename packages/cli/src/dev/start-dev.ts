import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setInterval, setTimeout as sleep } from "node:timers/promises";
import { routes } from "@holdfast/api";
import { UpstreamError, UsageError } from "@holdfast/appstore/errors";
import { startEmulator } from "@holdfast/emulator";
import type { AppDefinition, ResolveRule, RunningEmulator, Subscriber } from "@holdfast/emulator";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { loadRuntimeSecret } from "@holdfast/runtime/node";
import { pino } from "pino";
import type { Io } from "../command.ts";
import { withEmulatorErrors } from "../emulator-errors.ts";
import type { PlaceAtControl } from "../going-live/live-publication.ts";
import { loadUsableFlow } from "../load-flow.ts";
import type { UsableFlow } from "../load-flow.ts";
import { createClientAddress } from "../server/client-address.ts";
import { startServer } from "../server/start-server.ts";
import type { Server } from "../server/start-server.ts";
import { appOfFlow } from "./app-of-flow.ts";
import { bringLive } from "./bring-live.ts";
import { keepToken, setUpControl } from "./dev-control.ts";
import { DEV_POPULATION, OUTCOME_WINDOW_MS, SUBSCRIPTION_TIME_SCALE } from "./dev-population.ts";
import { describeCloudflare, startDevCloudflare, startDevWorker } from "./dev-workers.ts";
import type { DevWorker } from "./dev-workers.ts";
import { createLiveView, renderPerformanceTest } from "./live-view.ts";
import type { LiveView } from "./live-view.ts";
import { parseLoggedAnswer } from "./logged-answer.ts";
import { awaitWorker, publishAgain } from "./show-change.ts";
import { readSoFar } from "./so-far.ts";
import { importSubscribers, sayAttributes } from "./tell-about-subscribers.ts";

/** What a session on one machine is started with. */
export interface DevOptions {
  readonly flow: string;
  readonly dataDirectory: string;
  readonly port: number;
  readonly emulatorPort: number;
  readonly viewsPerSecond: number;
  /** Whether a Worker answers, in workerd and by a local Cloudflare, in place of the server. */
  readonly hasWorker: boolean;
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

/** How often it is shown what was counted, ms. */
const SO_FAR_MS = 20_000;

/** How long after its start a session with a Worker publishes once more, ms: by then everything has settled. */
const CHANGE_MS = 15_000;

/**
 * Starts a local App Store and a server with its control plane, brings the flow live through the API, and
 * sets the population going. The server begins anew each time, as the local App Store does.
 */
export async function startDev(options: DevOptions, io: Io): Promise<DevSession> {
  const flow = await loadUsableFlow(io, { file: options.flow, environment: ENVIRONMENT });
  const app = appOfFlow(flow);
  // Filled in once the server's address is known; the emulator looks at it for each request.
  const resolveRules: ResolveRule[] = [];
  const emulator = await withEmulatorErrors(() =>
    startEmulator({
      apps: [app],
      port: options.emulatorPort,
      directory: join(options.dataDirectory, "app-store", app.id),
      resolve: resolveRules,
      performanceTest: { totalDuration: PERFORMANCE_TEST_MS },
      subscriptionTimeScale: SUBSCRIPTION_TIME_SCALE,
      notificationUrls: { [app.id]: { [ENVIRONMENT]: notificationUrlOf(flow, app) } },
    }),
  );
  const started: { close(): Promise<void> }[] = [emulator];
  const abort = new AbortController();
  const close = async (): Promise<void> => {
    abort.abort();
    for (const server of started.toReversed()) await server.close();
  };
  try {
    await writeFile(rootFileOf(options), emulator.rootCertificatePem);
    const view = createLiveView(io);
    const cloudflare = options.hasWorker ? await startDevCloudflare() : undefined;
    if (cloudflare !== undefined) started.push(cloudflare);
    const stage = { app, emulator, view, options, io };
    const { server, setupLink } = await startDevServer({ ...stage, cloudflare });
    started.push(server);
    resolveRules.push({ from: publicPrefixOf(flow), to: `${server.url}/` });
    const control = await setUpControl({ server: server.url, setupLink }, io);
    const tokenFile = await keepToken(await control.createToken("admin"), serverPath(options));
    io.stdout(renderStart({ app, emulator, server, options, tokenFile, cloudflare }));
    const place = { client: control.client, app: app.id, environment: ENVIRONMENT } as const;
    await bringLive(place, { app, emulator, flow }, io);
    await tellAboutSubscribers(place, { app, emulator, flow });
    const { signal } = abort;
    const worker =
      cloudflare === undefined
        ? undefined
        : await startDevWorker(place, {
            app,
            emulator,
            cloudflare,
            server: server.url,
            token: await control.createToken("runtime"),
            secret: await loadRuntimeSecret(serverPath(options), io.env),
            onLine: (line) => view.note(parseLoggedAnswer(line)),
          });
    if (worker !== undefined) {
      started.push(worker);
      const retention = "apple/retention/";
      resolveRules.push({
        from: `${publicPrefixOf(flow)}${retention}`,
        to: `${worker.url}/${retention}`,
      });
      io.stdout(linesOf([await awaitWorker(place, worker, { fetch: io.fetch, signal })]));
    }
    const tested = testedSubscriber(app, emulator);
    const runtime = worker ?? server;
    io.stdout(renderLive({ app, server, runtime, flow, tokenFile }, tested?.productId));
    const failed = Promise.race([
      runPopulation({ app, emulator, view, options, io, place, flow, signal }),
      showSoFar(place, io, signal),
      ...(worker === undefined ? [] : [showChange(place, worker, { io, signal })]),
    ]);
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

/** What the server keeps, until the next session. */
function serverPath({ dataDirectory }: DevOptions): string {
  return join(dataDirectory, "server");
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
  readonly flow: UsableFlow;
  readonly server: Server;
  readonly place: PlaceAtControl;
  readonly view: LiveView;
  readonly tokenFile: string;
  readonly cloudflare: LocalCloudflare | undefined;
  readonly options: DevOptions;
  readonly io: Io;
}

async function startDevServer({
  app,
  emulator,
  view,
  options,
  io,
  cloudflare,
}: Pick<Stage, "app" | "emulator" | "view" | "options" | "io" | "cloudflare">): Promise<{
  readonly server: Server;
  readonly setupLink: string;
}> {
  const dataDirectory = serverPath(options);
  await rm(dataDirectory, { recursive: true, force: true });
  const apple = emulator.credentials(app.id);
  const setupLink = Promise.withResolvers<string>();
  const server = await startServer({
    answers: cloudflare === undefined,
    dataDirectory,
    port: options.port,
    logger: pino({ level: "error" }, { write: io.stderr }),
    onLog: io.stderr,
    env: io.env,
    clientAddress: createClientAddress([]),
    control: {
      // Nobody else asks this App Store.
      statuses: { callsPerSecond: { sandbox: 20, production: 20 } },
      appleHosts: {
        sandbox: apple.sandboxBaseUrl,
        production: apple.productionBaseUrl,
        connect: apple.connectBaseUrl,
      },
      cloudflareApiUrl: cloudflare?.apiUrl,
    },
    onSetupLink: setupLink.resolve,
    onAnswer: (event) => view.note(event),
  });
  return { server, setupLink: await setupLink.promise };
}

/** Tells the control plane what a team would: who subscribes, what is known of them, how long to look for outcomes. */
async function tellAboutSubscribers(
  place: PlaceAtControl,
  { app, emulator, flow }: Pick<Stage, "app" | "emulator" | "flow">,
): Promise<void> {
  const { client, environment } = place;
  const params = { app: app.id, environment };
  const { etag } = await client.call(routes.readOutcomeSettings, { params });
  const body = { windowMs: OUTCOME_WINDOW_MS };
  await client.call(routes.configureOutcomes, { params, body, ifMatch: etag });
  const subscribers = emulator.subscribers(params);
  await importSubscribers(place, subscribers);
  await sayAttributes(place, flow.document.attributes ?? {}, subscribers);
}

/** The scheme and host of the flow's URL: what the local App Store sends here instead. */
function publicPrefixOf({ document, file }: UsableFlow): string {
  if (document.realtimeUrl !== undefined) return `${new URL(document.realtimeUrl).origin}/`;
  throw new UsageError("REALTIME_URL_MISSING", `${file}: realtimeUrl says which URL Apple asks`);
}

/** Where the local App Store tells of what happens: the flow's host, which leads here. */
function notificationUrlOf(flow: UsableFlow, { id }: AppDefinition): string {
  return `${publicPrefixOf(flow)}apple/notifications/${id}`;
}

function renderStart({
  app,
  emulator,
  server,
  options,
  tokenFile,
  cloudflare,
}: Pick<Stage, "app" | "emulator" | "server" | "options" | "tokenFile" | "cloudflare">): string {
  return linesOf([
    cloudflare === undefined
      ? `runtime    ${server.url}    /healthz /metrics /apple/retention/${app.id}/${ENVIRONMENT}`
      : describeCloudflare(cloudflare),
    `control    ${server.url}    its API: /reference; an admin's token: ${tokenFile}`,
    `App Store  ${emulator.url}    its root certificate: ${rootFileOf(options)}`,
  ]);
}

function renderLive(
  {
    app,
    server,
    runtime,
    flow,
    tokenFile,
  }: Pick<Stage, "app" | "server" | "flow" | "tokenFile"> & {
    readonly runtime: { readonly url: string };
  },
  productId = app.groups[0]?.products[0]?.productId ?? "",
): string {
  return linesOf([
    "",
    "try in another terminal:",
    `  curl -s ${runtime.url}/healthz`,
    `  npx holdfast simulate --flow ${flow.file} --product ${productId} --locale en-US --environment ${ENVIRONMENT}`,
    `  export HOLDFAST_SERVER=${server.url} HOLDFAST_TOKEN_FILE=${tokenFile}`,
    `  npx holdfast flow history --app ${app.id} --environment ${ENVIRONMENT}`,
    `  npx holdfast decisions tail --app ${app.id} --environment ${ENVIRONMENT}`,
    `  npx holdfast outcomes view --app ${app.id} --environment ${ENVIRONMENT}`,
    `  npx holdfast pause --app ${app.id} --environment ${ENVIRONMENT} --offers`,
    "",
    "subscribers open the page that can cancel (asked); some tap Cancel, and only then a message is shown (tap):",
    "",
  ]);
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

async function runPopulation({
  app,
  emulator,
  flow,
  place,
  view,
  options,
  io,
  signal,
}: Pick<Stage, "app" | "emulator" | "flow" | "place" | "view" | "options" | "io"> & {
  readonly signal: AbortSignal;
}): Promise<never> {
  const population = { ...DEV_POPULATION, app: app.id, environment: ENVIRONMENT, signal } as const;
  const { viewsPerSecond } = options;
  for await (const event of emulator.runPopulation({ ...population, viewsPerSecond })) {
    io.stdout(`${view.render(event)}\n`);
    if (event.type === "join") {
      await sayAttributes(place, flow.document.attributes ?? {}, [event.subscriber]);
    }
  }
  return new Promise<never>(() => undefined);
}

/** Shows what is counted, again and again. */
async function showSoFar(place: PlaceAtControl, io: Io, signal: AbortSignal): Promise<never> {
  try {
    for await (const _ of setInterval(SO_FAR_MS, undefined, { signal })) {
      io.stdout(`\n${linesOf(await readSoFar(place))}\n`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return new Promise<never>(() => undefined);
}

/** Shows once how long it takes until the Worker answers by what was published; fails when the Worker ends. */
async function showChange(
  place: PlaceAtControl,
  worker: DevWorker,
  { io, signal }: { readonly io: Io; readonly signal: AbortSignal },
): Promise<never> {
  const show = async (): Promise<void> => {
    try {
      await sleep(CHANGE_MS, undefined, { signal });
      const change = await publishAgain(place, worker, { fetch: io.fetch, signal });
      io.stdout(linesOf(["", change, ""]));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  const end = async (): Promise<void> => {
    await worker.ended;
    if (!signal.aborted) throw new UpstreamError("WORKERD_FAILED", "workerd has ended");
  };
  await Promise.all([show(), end()]);
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
