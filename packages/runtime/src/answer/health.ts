import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { PublicationSource, PublicationStatus } from "../ports/publications.ts";
import { isFlowEnvironment } from "../wire/fields.ts";

/** Whether a runtime can answer, as `/healthz` shows it. */
export interface HealthReport {
  readonly ok: boolean;
  readonly runtime: "node" | "cloudflare-workers";
  /** The label of what is live; of the newest publication where several are. */
  readonly snapshot?: string;
  /** Where decisions go on Node: `ready`, or why not. */
  readonly store?: string;
  /** Where everything comes from on Workers: `ready`, or why not. */
  readonly kv?: string;
  /** Why `ok` is false. */
  readonly reason?: string;
  /** What works and should not stay so. */
  readonly warnings?: readonly string[];
}

/** What a host says of itself. */
export type HostHealth = Pick<HealthReport, "runtime" | "store" | "kv">;

/** What health is read from. */
export interface HealthMeans {
  readonly publications: PublicationSource;
  /** Which host this is, and how what it keeps things in does, under the name it has there. */
  readonly host: () => HostHealth;
  readonly warnings?: readonly string[];
  /**
   * Whether what runs beside the runtime works, like a control plane, which must be reachable for anything
   * to be published; absent where the runtime is alone.
   */
  readonly isCompanionUp?: () => boolean;
}

/** Narrows health to one app, or one environment. */
export interface HealthScope {
  readonly app?: string;
  readonly environment?: FlowEnvironment;
}

/** Reads `?app=&environment=`; an unknown environment narrows to nothing. */
export function parseHealthScope(search: URLSearchParams): HealthScope | undefined {
  const app = search.get("app");
  const environment = search.get("environment");
  if (environment !== null && !isFlowEnvironment(environment)) return undefined;
  return {
    ...(app === null ? {} : { app }),
    ...(environment === null ? {} : { environment }),
  };
}

/**
 * Says whether requests in scope can be answered: at least one publication is live there, and where
 * the scope names an app or environment, all of it is. Nothing was ever published beside a control plane
 * that works: then the whole is well, though it says so.
 */
export function reportHealth(means: HealthMeans, scope: HealthScope | undefined): HealthReport {
  const inScope = scope === undefined ? [] : means.publications.list().filter(within(scope));
  const newest = newestOf(inScope);
  const reason = whyNot(inScope, scope);
  const { runtime, ...stores } = means.host();
  const isNew = newest === undefined && scope !== undefined && !isNarrow(scope);
  return {
    ok: reason === undefined || (isNew && means.isCompanionUp?.() === true),
    runtime,
    ...(newest === undefined ? {} : { snapshot: newest.label }),
    ...stores,
    ...(reason === undefined ? {} : { reason }),
    ...(means.warnings === undefined || means.warnings.length === 0
      ? {}
      : { warnings: means.warnings }),
  };
}

function within(scope: HealthScope): (status: PublicationStatus) => boolean {
  return ({ app, environment }) =>
    (scope.app === undefined || scope.app === app) &&
    (scope.environment === undefined || scope.environment === environment);
}

function isNarrow({ app, environment }: HealthScope): boolean {
  return app !== undefined || environment !== undefined;
}

function newestOf(statuses: readonly PublicationStatus[]): PublicationStatus["live"] {
  return statuses
    .flatMap(({ live }) => live ?? [])
    .reduce<PublicationStatus["live"]>(
      (newest, live) =>
        newest === undefined || live.publishedAt >= newest.publishedAt ? live : newest,
      undefined,
    );
}

function whyNot(
  inScope: readonly PublicationStatus[],
  scope: HealthScope | undefined,
): string | undefined {
  if (inScope.length === 0) return "no such app and environment is configured";
  const silent = inScope.filter(({ live }) => live === undefined);
  const narrowed = scope !== undefined && isNarrow(scope);
  if (silent.length === inScope.length || (narrowed && silent.length > 0)) {
    return silent[0]?.problem ?? "nothing is published yet";
  }
  return undefined;
}
