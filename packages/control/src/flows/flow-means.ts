import { ApiRefusal } from "@holdfast/api/server";
import type { Catalog, ReviewStates } from "@holdfast/flow/catalog";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { App, EnvironmentSettings } from "../apps/index.ts";
import type { Database, IdSource } from "../storage/index.ts";

/** Who does something. */
export interface Author {
  readonly kind: "person" | "token" | "system";
  /** The person's or token's id; the name of the job for the system. */
  readonly id: string;
  /** The person; of a token, the one whose it is; of the system, its id again. */
  readonly person: string;
}

/** What other features know of an app. */
export interface FlowFacts {
  /** Undefined when there is no such app. */
  app(app: string): Promise<FlowApp | undefined>;
  /** The last one that was synced whole; undefined before the first. */
  catalog(app: string): Promise<Catalog | undefined>;
  /** What Apple was last seen to have; undefined before the first look. */
  reviewStates(app: string, environment: FlowEnvironment): Promise<ReviewStates | undefined>;
  /**
   * For which share of the recent requests that needed it each stored attribute was known, 0 to 1, by its name;
   * undefined where there were too few to tell. Without it, that is not looked at.
   */
  knownShares?(
    app: string,
    environment: FlowEnvironment,
  ): Promise<Readonly<Record<string, number>> | undefined>;
}

/** What flows and publishing need of an app. */
export type FlowApp = Pick<App, "bundleId" | "environments">;

/** What the functions of flows work with. */
export interface FlowMeans {
  readonly database: Database;
  readonly facts: FlowFacts;
  readonly ids: IdSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Returns what is known of an app.
 *
 * @throws ApiRefusal `NOT_FOUND`
 */
export async function requireApp(
  { facts }: Pick<FlowMeans, "facts">,
  app: string,
): Promise<FlowApp> {
  const found = await facts.app(app);
  if (found !== undefined) return found;
  throw new ApiRefusal("NOT_FOUND", `there is no app ${app}`);
}

/**
 * Returns what is known of an app in an environment.
 *
 * @throws ApiRefusal `NOT_FOUND` when there is no such app, or the environment is not served
 */
export async function requireEnvironment(
  means: Pick<FlowMeans, "facts">,
  app: string,
  environment: FlowEnvironment,
): Promise<FlowApp & { readonly settings: EnvironmentSettings }> {
  const found = await requireApp(means, app);
  const settings = found.environments[environment];
  if (settings !== undefined) return { ...found, settings };
  throw new ApiRefusal("NOT_FOUND", `the app ${app} is not served in ${environment}`);
}
