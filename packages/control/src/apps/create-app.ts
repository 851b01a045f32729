import { ApiRefusal } from "@holdfast/api/server";
import { insertSecret } from "../secrets/index.ts";
import type { SealedSecret } from "../secrets/index.ts";
import { isStorageError, toJsonText } from "../storage/index.ts";
import type { Queries, Transaction } from "../storage/index.ts";
import type { App, EnvironmentsSettings } from "./app.ts";
import { pseudonymKeyBinding } from "./pseudonym-key.ts";

/** An app to create. */
export interface NewApp {
  readonly id: string;
  readonly name: string;
  readonly bundleId: string;
  readonly appAppleId: number;
  /** As `checkSettings()` returned them. */
  readonly environments: EnvironmentsSettings;
}

/** What an app is created with. */
export interface CreateAppOptions {
  /** Made by `sealNewPseudonymKey()`. */
  readonly pseudonymKey: SealedSecret;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Creates an app with its pseudonym key, and announces `app`.
 *
 * @throws ApiRefusal `CONFLICT` where the id or the bundle id is taken, or what was stored of another app
 *   under the id is still being deleted
 */
export async function createApp(
  { queries, announce }: Transaction,
  app: NewApp,
  { pseudonymKey, now }: CreateAppOptions,
): Promise<App> {
  await refuseTaken(queries, app);
  try {
    await queries
      .insertInto("apps")
      .values({
        id: app.id,
        name: app.name,
        bundle_id: app.bundleId,
        apple_id: app.appAppleId,
        version: 1,
        created_at: now,
        updated_at: now,
      })
      .execute();
  } catch (error) {
    if (!isStorageError(error, "DATABASE_DUPLICATE")) throw error;
    throw new ApiRefusal("CONFLICT", "somebody else created an app with this id or bundle id");
  }
  await refuseUncleared(queries, app.id);
  await replaceEnvironments(queries, app.id, app.environments);
  await insertSecret(queries, pseudonymKeyBinding(app.id), pseudonymKey);
  announce({ topic: "app", app: app.id, subject: app.id });
  return { ...app, version: 1, createdAt: now, updatedAt: now };
}

/** Writes the settings of the environments given, and leaves the others. */
export async function replaceEnvironments(
  queries: Queries,
  app: string,
  environments: EnvironmentsSettings,
): Promise<void> {
  for (const environment of ["sandbox", "production"] as const) {
    const settings = environments[environment];
    if (settings === undefined) continue;
    const columns = {
      trusted_roots: toJsonText(settings.trustedRoots),
      realtime_base_url: settings.realtimeBaseUrl ?? null,
      required_approvals: settings.requiredApprovals,
    };
    await queries
      .insertInto("app_environments")
      .values({ app, environment, ...columns })
      .onConflict((conflict) => conflict.columns(["app", "environment"]).doUpdateSet(columns))
      .execute();
  }
}

/** To be called when the id is ours: who deletes the app that had it has ended then. */
async function refuseUncleared(queries: Queries, id: string): Promise<void> {
  const left = await queries
    .selectFrom("app_clearances")
    .select("app")
    .where("app", "=", id)
    .executeTakeFirst();
  if (left === undefined) return;
  throw new ApiRefusal("CONFLICT", `what was stored of another app ${id} is still being deleted`, {
    advice: "try again in some minutes, or take another id",
  });
}

async function refuseTaken(queries: Queries, { id, bundleId }: NewApp): Promise<void> {
  const taken = await queries
    .selectFrom("apps")
    .select(["id", "bundle_id"])
    .where((row) => row.or([row("id", "=", id), row("bundle_id", "=", bundleId)]))
    .executeTakeFirst();
  if (taken === undefined) return;
  const what = taken.id === id ? `an app ${id}` : `an app with the bundle id ${bundleId}`;
  throw new ApiRefusal("CONFLICT", `there is ${what} already`);
}
