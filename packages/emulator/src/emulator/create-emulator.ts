import { join } from "node:path";
import { openCertificateAuthority } from "../ca/index.ts";
import { systemClock } from "../clock/clock.ts";
import { addConnectRoutes, createHourlyLimit, openTeams } from "../connect-api/index.ts";
import { type EmulatorError, emulatorError } from "../errors/index.ts";
import { lockDirectory } from "../files/directory-lock.ts";
import { makePrivateDirectory } from "../files/write-file-atomically.ts";
import { createNonceLedger } from "../judge/index.ts";
import { createNotifications, resolveTimeScale } from "../notifications/index.ts";
import { createOcspResponder } from "../ocsp/index.ts";
import { createPerformanceTests, resolvePerformanceTestConfig } from "../performance-test/index.ts";
import { runPopulation } from "../population/index.ts";
import { ANSWER_TIMEOUT_MS, createCancelSheet } from "../realtime/index.ts";
import { serverApiOperations } from "../server-api/index.ts";
import { createControlApp } from "../server/control-app.ts";
import { errorResponse } from "../server/error-response.ts";
import { createStorekitApi, retentionOperations } from "../storekit-api/index.ts";
import { createRefusedTokens } from "../tokens/index.ts";
import { createWorldKeeper, defaultApps, findEnvironment, openWorld } from "../world/index.ts";
import { openKeptSubscriptions } from "../world/subscriptions/index.ts";
import { createCancelSheetOperations } from "./cancel-sheet-operations.ts";
import { createCredentialOperations } from "./credentials.ts";
import type { EmulatorOptions } from "./emulator-options.ts";
import type { Emulator } from "./emulator.ts";
import { createNotificationOperations, setNotificationUrls } from "./notification-operations.ts";
import { createSigningOperations } from "./signing-operations.ts";
import { createSubscriptionOperations } from "./subscription-operations.ts";
import { createWorldOperations } from "./world-operations.ts";

/** Where the emulator's server answers unless told otherwise. */
const DEFAULT_BASE_URL = "http://127.0.0.1:8788";

/**
 * Returns a local App Store that does not listen; `startEmulator` makes one that does. Its directory is
 * its own until `close()`. Throws `OPTIONS_INVALID`, and `DIRECTORY_IN_USE`, `CA_UNREADABLE`,
 * `CA_EXPIRED` or `STATE_UNREADABLE` for a kept directory.
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { directory } = options;
  const closing = new AbortController();
  if (directory === undefined) return assembleEmulator(options, closing);
  makePrivateDirectory(directory);
  const lock = lockDirectory(directory);
  try {
    const emulator = await assembleEmulator(options, closing);
    return {
      ...emulator,
      async close() {
        await emulator.close().finally(() => lock.release());
      },
    };
  } catch (error) {
    closing.abort();
    lock.release();
    throw error;
  }
}

async function assembleEmulator(
  options: EmulatorOptions,
  closing: AbortController,
): Promise<Emulator> {
  const { directory, clock = systemClock, baseUrl = DEFAULT_BASE_URL } = options;
  const authority = await openCertificateAuthority({
    ...(directory === undefined ? {} : { directory: join(directory, "ca") }),
    ocspBaseUrl: `${baseUrl}/ocsp`,
    clock,
  });
  const timeScale = resolveTimeScale(options.subscriptionTimeScale, "subscriptionTimeScale");
  const kept = openKeptSubscriptions(directory, clock.now());
  const world = openWorld(options.apps ?? defaultApps(), directory, { ...kept, timeScale });
  const assertOpen = () => {
    if (closing.signal.aborted) throw closedError();
  };
  const keep = directory === undefined ? undefined : createWorldKeeper(directory, world);
  let isClosed = false;
  const changed = () => {
    // The directory may be another emulator's by then.
    if (isClosed) throw closedError();
    keep?.();
  };
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
    max: options.maxNotifications,
  });
  const subscriptions = createSubscriptionOperations(world, {
    clock,
    kept,
    notifications,
    timeScale,
    assertOpen,
  });
  const cancelSheet = createCancelSheet(world, context, options);
  const performanceTests = createPerformanceTests(world, {
    ...context,
    config: resolvePerformanceTestConfig(options.performanceTest),
    changed,
  });
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
  const emulator: Emulator = {
    ...worldOperations,
    ...subscriptions,
    ...createNotificationOperations(world, notifications, changed),
    ...createCredentialOperations(world, { baseUrl, teams }),
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
    subscribers: (place) => [...findEnvironment(world, place).subscribers.values()],
    setConnectHourlyLimit: (limit) => hourlyLimit.set(limit),
    startPerformanceTest,
    performanceTestResult: (app, requestId) => performanceTests.result(app, requestId),
    performanceTestFinished: (app, requestId) => performanceTests.finished(app, requestId),
    runPopulation: (population) => runPopulation({ ...emulator, clock, timeScale }, population),
    fetch: async (request) =>
      closing.signal.aborted ? errorResponse(closedError()) : control.fetch(request),
    async close() {
      closing.abort();
      await performanceTests.settled();
      await notifications.stopped();
      isClosed = true;
    },
  };
  const control = createControlApp(emulator, options.onInternalError);
  storekit.addTo(control);
  addConnectRoutes(control, { teams, clock, hourlyLimit, refusedTokens });
  return emulator;
}

function closedError(): EmulatorError {
  return emulatorError("CLOSED", "the emulator was closed");
}
