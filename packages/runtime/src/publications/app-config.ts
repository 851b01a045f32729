import type { TrustStore } from "@holdfast/appstore/signed-data";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { PublisherPublicKey } from "../wire/publisher.ts";

/** What a runtime is told of one app in one environment, by configuration and by nobody else. */
export interface AppConfig {
  /** Our id of the app, as in the URL. */
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly bundleId: string;
  readonly appAppleId: number;
  /** Who may publish. */
  readonly publishers: readonly PublisherPublicKey[];
  /** Roots that sign this app's requests in this environment. */
  readonly trust: TrustStore;
}
