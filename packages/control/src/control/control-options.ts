import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { RuntimeKeys } from "@holdfast/runtime/keys";
import type { PasswordCost, ProviderOptions } from "../access/index.ts";
import type { ExportDestination } from "../exports/index.ts";
import type { RequestReport } from "../http/index.ts";
import type { JobReport } from "../jobs/index.ts";
import type { Keyring } from "../secrets/index.ts";
import type { StatusSettings } from "../statuses/index.ts";
import type { Database } from "../storage/index.ts";

/** What a control plane is made from. */
export interface ControlOptions {
  readonly database: Database;
  readonly keyring: Keyring;
  /** What runtimes open their keys with. */
  readonly runtimeKeys: RuntimeKeys;
  /** Where browsers reach us, like `https://holdfast.example.com`. */
  readonly publicUrl: string;
  /** This release of Holdfast, like `1.2.3`. */
  readonly release: string;
  /** Instead of Apple's hosts, for a local App Store: https, or http on this machine. */
  readonly appleHosts?: Partial<Readonly<Record<FlowEnvironment | "connect", string>>> | undefined;
  /** Instead of Cloudflare's API, for a local one: https, or http on this machine. */
  readonly cloudflareApiUrl?: string | undefined;
  /** An OpenID provider to sign in with; default: passwords alone. */
  readonly provider?: ProviderOptions | undefined;
  /** Whether production may trust roots beside Apple's; default false. */
  readonly allowNonAppleProductionRoots?: boolean | undefined;
  /**
   * Whether webhooks may go to private networks, where http will do, and OCSP responders of roots beside Apple's
   * be asked there; default false.
   */
  readonly allowPrivateWebhooks?: boolean | undefined;
  /** How many days decisions are kept; default 90. Their counts stay. */
  readonly decisionDays?: number | undefined;
  /** Where whole days of decisions are written to; default: nowhere. */
  readonly exports?: ExportDestination | undefined;
  /** What opens the operations for runtimes to a runtime in the same process; default: nothing. */
  readonly localRuntimeToken?: string | undefined;
  /** Whether Apple is asked, over OCSP, which certificates are revoked; default true. */
  readonly asksRevocations?: boolean | undefined;
  /** How fast Apple is asked for subscriptions' statuses, and whether for their transactions too. */
  readonly statuses?: StatusSettings | undefined;
  /** What passwords hashed now cost; default OWASP's least. */
  readonly passwordCost?: PasswordCost | undefined;
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: (() => number) | undefined;
  /** Called after each answer. Must not throw. */
  readonly onReport?: ((report: RequestReport) => void) | undefined;
  /** Called after each run of a job. Must not throw. */
  readonly onJob?: ((report: JobReport) => void) | undefined;
  /** Called when something that is tried again went wrong. Must not throw. */
  readonly onProblem?: ((error: unknown) => void) | undefined;
}
