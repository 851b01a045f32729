import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { ControlOptions } from "@holdfast/control";

/** What the control plane's thread is started with; crosses to it as it is, so it holds nothing that lives. */
export interface ControlSettings extends Pick<
  ControlOptions,
  | "release"
  | "publicUrl"
  | "provider"
  | "allowNonAppleProductionRoots"
  | "allowPrivateWebhooks"
  | "asksRevocations"
  | "cloudflareApiUrl"
  | "decisionDays"
  | "exports"
  | "statuses"
> {
  readonly dataDirectory: string;
  /** A PostgreSQL server's database; default: the SQLite file in the data directory. */
  readonly databaseUrl?: string | undefined;
  readonly appleHosts: Partial<Readonly<Record<FlowEnvironment | "connect", string>>>;
  /** Of pino. */
  readonly logLevel: string;
  /** Where the thread listens: a Unix socket, or a named pipe. */
  readonly socketPath: string;
  /** What the runtime of this process reads with. */
  readonly localRuntimeToken: string;
}
