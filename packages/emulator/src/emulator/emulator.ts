import type {
  DecodedRealtimeRequestBody,
  RealtimeRequestBody,
} from "@holdfast/appstore/retention-messaging";
import type { CertificateAuthority, OddChainKind } from "../ca/index.ts";
import type { Faults } from "../faults/index.ts";
import type { OcspResponder } from "../ocsp/index.ts";
import type {
  PerformanceTestResult,
  StartedPerformanceTest,
  StartPerformanceTestOptions,
} from "../performance-test/index.ts";
import type { PopulationEvent, PopulationOptions } from "../population/index.ts";
import type {
  CancelSheetCounts,
  CancelSheetView,
  Impression,
  OpenCancelSheetOptions,
} from "../realtime/index.ts";
import type { RequestLog } from "../storekit-api/request-log.ts";
import type { RefusedTokens } from "../tokens/index.ts";
import type { AppDefinition, AppEnvironment, Subscriber, World } from "../world/index.ts";
import type { NotificationOperations } from "./notification-operations.ts";
import type { SubscriptionChange, SubscriptionOperations } from "./subscription-operations.ts";
import type { WorldOperations } from "./world-operations.ts";

/** What a client of an app needs to act as the app's developer, but for the keys: where they are kept. */
export interface ShownCredentials {
  readonly keyId: string;
  readonly issuerId: string;
  readonly bundleId: string;
  readonly appAppleId: number;
  /** The In-App Purchase key's file, when the emulator keeps a directory. */
  readonly privateKeyPath?: string;
  /** Stands for https://api.storekit-sandbox.apple.com. */
  readonly sandboxBaseUrl: string;
  /** Stands for https://api.storekit.apple.com. */
  readonly productionBaseUrl: string;
  /** A subscription in the sandbox with which a performance test can be started. */
  readonly originalTransactionId: string;
  /** The product of that subscription. */
  readonly productId: string;
  /** Of the team's App Store Connect API key. */
  readonly connectKeyId: string;
  readonly connectIssuerId: string;
  /** The App Store Connect API key's file, when the emulator keeps a directory. */
  readonly connectPrivateKeyPath?: string;
  /** Stands for https://api.appstoreconnect.apple.com. */
  readonly connectBaseUrl: string;
}

/** The same with the keys, for whoever has the emulator in process; never shown or sent. */
export interface Credentials extends ShownCredentials {
  /** The In-App Purchase key, PKCS#8 PEM. */
  readonly privateKey: string;
  /** The App Store Connect API key, PKCS#8 PEM. */
  readonly connectPrivateKey: string;
}

/** Who a signed request is about, and how it shall differ from Apple's. */
export interface SignedRequestOptions extends OpenCancelSheetOptions {
  /** Sign with a chain that receivers must refuse. */
  readonly oddChain?: OddChainKind;
}

/** A local App Store, in process. */
export interface Emulator extends WorldOperations, SubscriptionOperations, NotificationOperations {
  /** The root to trust for everything the emulator signs, PEM. */
  readonly rootCertificatePem: string;
  /** The root to trust for everything the emulator signs, DER. */
  readonly rootCertificateDer: Uint8Array;
  readonly authority: CertificateAuthority;
  /** What it says of its certificates, and how fast. */
  readonly ocsp: OcspResponder;
  /** What goes wrong on purpose with requests to `/sandbox` and `/production`. */
  readonly faults: Pick<Faults, "set" | "list" | "clear">;
  /** What was asked there. */
  readonly requestLog: Pick<RequestLog, "list" | "counts" | "clear">;
  /** Whom Apple's APIs turned away, and why. */
  readonly refusedTokens: Pick<RefusedTokens, "list">;
  /** The live state; change it through the operations, which keep it. */
  readonly world: World;
  /** Returns the definitions of all apps. */
  apps(): readonly AppDefinition[];
  /** Returns an app's credentials with its keys; throws `APP_UNKNOWN`. */
  credentials(app: string): Credentials;
  /** Returns what of them may be shown; throws `APP_UNKNOWN`. */
  shownCredentials(app: string): ShownCredentials;
  /** Throws `APP_UNKNOWN`, `ENVIRONMENT_UNKNOWN`. */
  subscribers(place: AppEnvironment): readonly Subscriber[];
  /** Returns what Apple would post about a subscriber now, without posting it. */
  signedRequest(options: SignedRequestOptions): Promise<RealtimeRequestBody>;
  /** Signs any payload, as it is, with the emulator's chain or an odd one. */
  signPayload(
    payload: DecodedRealtimeRequestBody,
    oddChain?: OddChainKind,
  ): Promise<RealtimeRequestBody>;
  /** Opens the page with a Cancel button: see `CancelSheet.open`. */
  openCancelSheet(options: OpenCancelSheetOptions): Promise<CancelSheetView>;
  /** Taps Cancel on an open page: see `CancelSheet.tap`. */
  tapCancel(view: string | Pick<CancelSheetView, "viewId">): Impression;
  /**
   * Accepts what a page shows after tapping Cancel (which is done if it was not yet): takes the offer,
   * or goes on with the other product. Throws `VIEW_UNKNOWN`, `EVENT_IMPOSSIBLE`.
   */
  acceptShown(view: string | Pick<CancelSheetView, "viewId">): Promise<SubscriptionChange>;
  counts(): CancelSheetCounts;
  /** Allows a key of the App Store Connect API so many requests an hour; `Infinity` for any number. */
  setConnectHourlyLimit(limit: number): void;
  /** Starts a performance test in the sandbox: see `PerformanceTests.start`. */
  startPerformanceTest(options: StartPerformanceTestOptions): StartedPerformanceTest;
  /** Returns what a test found so far: see `PerformanceTests.result`. */
  performanceTestResult(app: string, requestId: string): PerformanceTestResult;
  /** Returns what a test found in the end. */
  performanceTestFinished(app: string, requestId: string): Promise<PerformanceTestResult>;
  /** Has subscribers open the page, tap Cancel, decide and live on: see `runPopulation`. */
  runPopulation(options: PopulationOptions): AsyncGenerator<PopulationEvent, void, undefined>;
  /**
   * Answers the emulator's HTTP requests, for whoever listens. Rejects with `CONNECTION_DROPPED` where
   * a fault says that the connection ends without an answer.
   */
  fetch(request: Request): Promise<Response>;
  /** Ends what is on its way. The world stays kept. */
  close(): Promise<void>;
}
