import { join } from "node:path";
import { openCertificateAuthority } from "../ca/index.ts";
import { systemClock } from "../clock/clock.ts";
import { addConnectRoutes, createHourlyLimit, openTeams } from "../connect-api/index.ts";
import { emulatorError } from "../errors/index.ts";
import { makePrivateDirectory } from "../files/write-file-atomically.ts";
import { createNonceLedger } from "../judge/index.ts";
import { createNotifications } from "../notifications/index.ts";
import { createOcspResponder } from "../ocsp/index.ts";
import { createPerformanceTests, resolvePerformanceTestConfig } from "../performance-test/index.ts";
import { runPopulation } from "../population/index.ts";
import { ANSWER_TIMEOUT_MS, createCancelSheet } from "../realtime/index.ts";
import { serverApiOperations } from "../server-api/index.ts";
import { createControlApp } from "../server/control-app.ts";
import { createStorekitApi, retentionOperations } from "../storekit-api/index.ts";
import { createRefusedTokens } from "../tokens/index.ts";
import {
  defaultApps,
  findEnvironment,
  findSubscriber,
  keepWorld,
  openWorld,
} from "../world/index.ts";
import { hasCancelButton, openKeptSubscriptions } from "../world/subscriptions/index.ts";
import { createCancelSheetOperations } from "./cancel-sheet-operations.ts";
import { credentialsOf } from "./credentials.ts";
import type { EmulatorOptions } from "./emulator-options.ts";
import type { Emulator } from "./emulator.ts";
import { createNotificationOperations, setNotificationUrls } from "./notification-operations.ts";
import { createSigningOperations } from "./signing-operations.ts";
import { createSubscriptionOperations } from "./subscription-operations.ts";
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
  const kept = openKeptSubscriptions(directory, clock.now());
  const world = openWorld(options.apps ?? defaultApps(), directory, kept);
  const changed = () => {
    if (directory !== undefined) keepWorld(directory, world);
  };
  const closing = new AbortController();
  const context = {
    chain: authority.certificates,
    clock,
    fetch: options.fetch ?? fetch,
    resolve: options.resolve ?? [],
    timeoutMs: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    nonces: createNonceLedger(),
    signal: closing.signal,
  };
  setNotificationUrls(world, options.notificationUrls ?? {});
  const notifications = createNotifications(world, {
    ...context,
    directory,
    timeScale: options.notificationTimeScale,
  });
  const subscriptions = createSubscriptionOperations(world, { clock, kept, notifications });
  const cancelSheet = createCancelSheet(world, context, options);
  const performanceTests = createPerformanceTests(world, {
    ...context,
    config: resolvePerformanceTestConfig(options.performanceTest),
    changed,
  });
  const assertOpen = () => {
    if (closing.signal.aborted) throw emulatorError("CLOSED", "the emulator was closed");
  };
  const startPerformanceTest: Emulator["startPerformanceTest"] = (test) => {
    assertOpen();
    return performanceTests.start(test);
  };
  const worldOperations = createWorldOperations(world, {
    ...options,
    changed,
    now: () => clock.now(),
  });
  const refusedTokens = createRefusedTokens();
  const teams = openTeams(world, directory === undefined ? undefined : join(directory, "keys"));
  const hourlyLimit = createHourlyLimit(clock, options.connectHourlyLimit);
  const storekit = createStorekitApi(
    [
      ...retentionOperations(worldOperations, { ...performanceTests, start: startPerformanceTest }),
      ...serverApiOperations({ ...context, world, subscriptions, notifications }),
    ],
    {
      world,
      clock,
      signal: closing.signal,
      refusedTokens,
      rateLimits: options.rateLimits,
      onInternalError: options.onInternalError ?? (() => undefined),
    },
  );
  // Only who can cancel opens the page with a Cancel button.
  const subscribers: Emulator["subscribers"] = (place) => {
    const there = findEnvironment(world, place);
    const cancellable = [...there.subscriptions.values()].filter(hasCancelButton);
    return cancellable.map((one) => findSubscriber(there, one.originalTransactionId));
  };
  const emulator: Emulator = {
    ...worldOperations,
    ...subscriptions,
    ...createNotificationOperations(world, notifications, changed),
    ...createSigningOperations(world, { authority, clock }),
    ...createCancelSheetOperations(world, { cancelSheet, subscriptions, clock, assertOpen }),
    rootCertificatePem: authority.rootCertificatePem,
    rootCertificateDer: authority.rootCertificateDer,
    authority,
    ocsp: createOcspResponder(authority.certificates, clock),
    faults: storekit.faults,
    requestLog: storekit.requestLog,
    refusedTokens,
    world,
    apps: () => [...world.values()].map(({ definition }) => definition),
    credentials: (app) => credentialsOf(world, app, { baseUrl, teams }),
    subscribers: (place) => [...findEnvironment(world, place).subscribers.values()],
    setConnectHourlyLimit: (limit) => hourlyLimit.set(limit),
    startPerformanceTest,
    performanceTestResult: (app, requestId) => performanceTests.result(app, requestId),
    performanceTestFinished: (app, requestId) => performanceTests.finished(app, requestId),
    runPopulation: (population) => runPopulation({ ...emulator, clock, subscribers }, population),
    fetch: async (request) => control.fetch(request),
    async close() {
      closing.abort();
      await performanceTests.settled();
      await notifications.stopped();
    },
  };
  const control = createControlApp(emulator, options.onInternalError);
  storekit.addTo(control);
  addConnectRoutes(control, { teams, clock, hourlyLimit, refusedTokens });
  return emulator;
}
