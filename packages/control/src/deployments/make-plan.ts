import { ApiRefusal } from "@holdfast/api/server";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import {
  DEFAULT_ROLLBACK_WINDOW_MS,
  desiredContent,
  openState,
  planChanges,
  readAppleContent,
} from "@holdfast/provisioning";
import type { DesiredContent, Plan, StateKeeper } from "@holdfast/provisioning";
import { documentOf } from "../flows/check-content.ts";
import { ownValue } from "../flows/flow-content.ts";
import type { FlowContent } from "../flows/flow-content.ts";
import { readImage } from "../flows/image-files.ts";
import type { PublicationPlace } from "../publishing/index.ts";
import type { Deployment } from "./deployment.ts";
import type { DeploymentsMeans } from "./deployments-means.ts";
import { followLists } from "./followed-client.ts";
import { createProvisioningStore } from "./provisioning-store.ts";
import { withPublicationUses } from "./publication-uses.ts";

/** What is asked of Apple. */
export interface Wanted extends PublicationPlace, Pick<Deployment, "setDefaults"> {
  /** The flow, whether it is saved or not: of its images, Apple's lists are compared with the hashes. */
  readonly content: FlowContent;
  readonly realtimeURL?: string | undefined;
}

/** A plan, with all that carrying it out needs. */
export interface MadePlan {
  readonly plan: Plan;
  readonly desired: DesiredContent;
  readonly state: StateKeeper;
  /** What it reads of Apple's lists is written down. */
  readonly client: RetentionMessagingClient;
}

/** What a plan is made with. */
export interface PlanMeans {
  /** Of the place. */
  readonly client: RetentionMessagingClient;
  readonly signal: AbortSignal;
  /**
   * Since when what was published protects what nobody wants, in milliseconds since 1970; default it does
   * not, which matters only where that is shown.
   */
  readonly usesSince?: number;
}

/**
 * Reads what Apple has and makes the plan of a flow.
 *
 * @throws ApiRefusal `FLOW_INVALID` where this release cannot read the flow; AppleApiError; UsageError
 *   `CATALOG_MISSING`, `IMAGE_FILE_MISSING`; what the database throws
 */
export async function makePlan(
  means: DeploymentsMeans,
  wanted: Wanted,
  { client: apples, signal, usesSince }: PlanMeans,
): Promise<MadePlan> {
  const { database, now } = means;
  const place = { app: wanted.app, environment: wanted.environment };
  const desired = await desiredOf(means, wanted);
  const client = followLists(apples, { database, place, now });
  const { bundleId, environment } = apples;
  const owner = { bundleId, environment };
  const state = await openState(
    createProvisioningStore({ database, place, owner, now }),
    owner,
    now(),
  );
  const apple = await readAppleContent(client, { signal });
  const { current } = state;
  const plan = planChanges(desired, apple, {
    state:
      usesSince === undefined
        ? current
        : await withPublicationUses(database.queries, current, { place, since: usesSince }),
    now: now(),
    rollbackWindowMs: DEFAULT_ROLLBACK_WINDOW_MS,
  });
  return { plan, desired, state, client };
}

async function desiredOf(
  { database, facts }: DeploymentsMeans,
  { app, environment, content, setDefaults, realtimeURL }: Wanted,
): Promise<DesiredContent> {
  const document = documentOf(content);
  if (document === undefined) {
    throw new ApiRefusal("FLOW_INVALID", "the flow cannot be read by this release");
  }
  const hashOf = (file: string): string | undefined => ownValue(content.images, file);
  const desired = desiredContent(document, environment, {
    products: (await facts.catalog(app))?.products.map(({ productId }) => productId),
    images: hashOf,
    async bytesOf(file) {
      const hash = hashOf(file);
      return hash === undefined ? undefined : readImage(database.queries, app, hash);
    },
  });
  return {
    ...desired,
    ...(setDefaults ? {} : { defaults: [] }),
    ...(realtimeURL === undefined ? {} : { realtimeUrl: realtimeURL }),
  };
}
