import { join } from "node:path";
import { type OddChainKind, openCertificateAuthority } from "../ca/index.ts";
import { systemClock } from "../clock/clock.ts";
import { emulatorError } from "../errors/index.ts";
import { makePrivateDirectory } from "../files/write-file-atomically.ts";
import { createNonceLedger } from "../judge/index.ts";
import { createOcspResponder } from "../ocsp/index.ts";
import { createPerformanceTests, resolvePerformanceTestConfig } from "../performance-test/index.ts";
import { runPopulation } from "../population/index.ts";
import {
  ANSWER_TIMEOUT_MS,
  createCancelSheet,
  createRealtimeRequest,
  signRealtimeRequest,
} from "../realtime/index.ts";
import { createControlApp } from "../server/control-app.ts";
import {
  defaultApps,
  findEnvironment,
  findSubscriber,
  keepWorld,
  openWorld,
} from "../world/index.ts";
import { credentialsOf } from "./credentials.ts";
import type { EmulatorOptions } from "./emulator-options.ts";
import type { Emulator } from "./emulator.ts";
import { createWorldOperations } from "./world-operations.ts";

/** Where the emulator's server answers unless told otherwise. */
const DEFAULT_BASE_URL = "http://127.0.0.1:8788";

/**
 * Returns a local App Store that does not listen; `startEmulator` makes one that does. Throws
 * `OPTIONS_INVALID`, and `CA_UNREADABLE`, `CA_EXPIRED` or `STATE_UNREADABLE` for a kept directory.
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { directory, clock = systemClock, baseUrl = DEFAULT_BASE_URL } = options;
  if (directory !== undefined) makePrivateDirectory(directory);
  const authority = await openCertificateAuthority({
    ...(directory === undefined ? {} : { directory: join(directory, "ca") }),
    ocspBaseUrl: `${baseUrl}/ocsp`,
    clock,
  });
  const world = openWorld(options.apps ?? defaultApps(), directory);
  const changed = () => {
    if (directory !== undefined) keepWorld(directory, world);
  };
  const closing = new AbortController();
  const chainOf = async (oddChain?: OddChainKind) =>
    oddChain === undefined ? authority.certificates : authority.issueOddChain(oddChain);
  const context = {
    chain: authority.certificates,
    clock,
    fetch: options.fetch ?? fetch,
    resolve: options.resolve ?? [],
    timeoutMs: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    nonces: createNonceLedger(),
    signal: closing.signal,
  };
  const cancelSheet = createCancelSheet(world, context, options);
  const performanceTests = createPerformanceTests(world, {
    ...context,
    config: resolvePerformanceTestConfig(options.performanceTest),
    changed,
  });
  const assertOpen = () => {
    if (closing.signal.aborted) throw emulatorError("CLOSED", "the emulator was closed");
  };
  const emulator: Emulator = {
    ...createWorldOperations(world, { ...options, changed, now: () => clock.now() }),
    rootCertificatePem: authority.rootCertificatePem,
    rootCertificateDer: authority.rootCertificateDer,
    authority,
    ocsp: createOcspResponder(authority.certificates, clock),
    world,
    apps: () => [...world.values()].map(({ definition }) => definition),
    credentials: (app) => credentialsOf(world, app, baseUrl),
    subscribers: (place) => [...findEnvironment(world, place).subscribers.values()],
    async signedRequest({ originalTransactionId, overrides, oddChain, ...at }) {
      const place = findEnvironment(world, at);
      const subscriber = findSubscriber(place, originalTransactionId);
      const request = createRealtimeRequest(place, subscriber, clock.now(), overrides);
      return signRealtimeRequest(request, await chainOf(oddChain));
    },
    signPayload: async (payload, oddChain) => signRealtimeRequest(payload, await chainOf(oddChain)),
    async openCancelSheet(sheet) {
      assertOpen();
      return cancelSheet.open(sheet);
    },
    tapCancel: (view) => cancelSheet.tap(typeof view === "string" ? view : view.viewId),
    counts: () => cancelSheet.counts(),
    startPerformanceTest(test) {
      assertOpen();
      return performanceTests.start(test);
    },
    performanceTestResult: (app, requestId) => performanceTests.result(app, requestId),
    performanceTestFinished: (app, requestId) => performanceTests.finished(app, requestId),
    runPopulation: (population) => runPopulation({ ...emulator, clock }, population),
    fetch: async (request) => control.fetch(request),
    async close() {
      closing.abort();
      await performanceTests.settled();
    },
  };
  const control = createControlApp(emulator, options.onInternalError);
  return emulator;
}
