import { ApiRefusal, readCursor, writeCursor } from "@holdfast/api/server";
import { AppleApiError } from "@holdfast/appstore/http";
import type { RetentionMessagingClient } from "@holdfast/appstore/retention-messaging/client";
import { readApp } from "../apps/index.ts";
import type { App } from "../apps/index.ts";
import { appleRefusal } from "../keys/index.ts";
import type { AppleClients } from "../keys/index.ts";
import type { Database, Queries } from "../storage/index.ts";
import { readPoll } from "./review-states.ts";
import type { ContentPlace } from "./review-states.ts";

/** What the operations on content at Apple need. */
export interface AppleContentFeatureOptions {
  readonly database: Database;
  readonly clients: AppleClients;
  /** Whether what is live, or could be rolled back to, uses a message; default nothing does. */
  readonly isMessageUsed?: (
    queries: Queries,
    place: ContentPlace,
    message: { readonly messageIdentifier: string; readonly now: number },
  ) => Promise<boolean>;
}

/**
 * Returns the app of a place.
 *
 * @throws ApiRefusal `NOT_FOUND` where there is no such app, or it is not served in the environment
 */
export async function readServedApp(queries: Queries, place: ContentPlace): Promise<App> {
  const app = await readApp(queries, place.app);
  if (app.environments[place.environment] !== undefined) return app;
  throw new ApiRefusal("NOT_FOUND", `${place.app} is not served in ${place.environment}`);
}

/** Returns when Apple was last seen; 0 before, when nothing is known to be there. Throws as {@link readServedApp}. */
export async function readSeenAt(queries: Queries, place: ContentPlace): Promise<number> {
  await readServedApp(queries, place);
  return (await readPoll(queries, place))?.seen_at ?? 0;
}

/**
 * Calls Apple for a caller.
 *
 * @throws ApiRefusal `APPLE_REFUSED`, `APPLE_UNREACHABLE`; `CONFLICT` without an In-App Purchase key
 */
export async function callApple<Result>(
  { clients }: Pick<AppleContentFeatureOptions, "clients">,
  { app, environment }: { readonly app: App } & Pick<ContentPlace, "environment">,
  call: (client: RetentionMessagingClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await call(await clients.retentionMessaging(app, environment));
  } catch (error) {
    if (isKeyMissing(error)) {
      throw new ApiRefusal("CONFLICT", `${app.id} has no active In-App Purchase key`, {
        advice: "add one",
      });
    }
    throw appleRefusal(error);
  }
}

/** Runs a call and returns whether Apple did it; false where it refused with one of these numbers. */
export async function unlessRefused(call: Promise<unknown>, errorCode: number): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof AppleApiError && error.errorCode === errorCode) return false;
    throw error;
  }
}

/** Returns the last identifier of the page before; undefined on the first page. */
export function afterOf(cursor: string | undefined, operationId: string): string | undefined {
  if (cursor === undefined) return undefined;
  const kinds = ["string"] as const;
  return readCursor(cursor, { operationId, kinds })[0];
}

/** Returns `found`, which has one entry more where there are more, as a page's entries and where it goes on. */
export function pageOf<Row>(
  found: readonly Row[],
  limit: number,
  {
    operationId,
    position,
  }: { readonly operationId: string; readonly position: (row: Row) => readonly string[] },
): { readonly rows: readonly Row[]; readonly next: { readonly nextCursor?: string } } {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  if (found.length <= limit || last === undefined) return { rows, next: {} };
  return { rows, next: { nextCursor: writeCursor(operationId, position(last)) } };
}

function isKeyMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "KEY_MISSING";
}
