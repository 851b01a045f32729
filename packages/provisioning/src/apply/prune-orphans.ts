import type { AppleApiError } from "@holdfast/appstore/http";
import { isNoPlace, isNotFound } from "@holdfast/appstore/retention-messaging/client";
import { readAppleLists } from "../apple/read-apple-content.ts";
import { findOrphans } from "../plan/find-orphans.ts";
import type { ContentOrphan, DefaultOrphan, Orphan, Protection } from "../plan/plan.ts";
import { recordDefault } from "../state/record-default.ts";
import type { ApplyRun } from "./apply-run.ts";

/** Apple's number for "a message uses this image". */
const IMAGE_IN_USE = 4030019;

/**
 * Deletes what nobody wants, if asked for: default messages, then messages, then images. What may be
 * deleted is worked out anew from fresh lists, and before each deletion from the state as it is kept
 * then: deleting much takes hours, and a flow may be published meanwhile.
 */
export async function pruneOrphans(run: ApplyRun): Promise<void> {
  const { prune, log, desired, client, signal, state, now } = run;
  if (prune === undefined) return;
  log.assertNotInterrupted();
  await log.begin("prune");
  const lists = await readAppleLists(client, { signal });
  const find = async (): Promise<readonly Orphan[]> =>
    findOrphans(desired, lists, { state: await state.reload(), now: now(), ...prune });
  for (const orphan of await find()) {
    if (orphan.kind === "default") {
      await log.attemptPrune(orphan, () => deleteDefault(run, orphan));
    }
  }
  const left = await find();
  const leftDefaults = new Set(
    left.flatMap((orphan) => (orphan.kind === "default" ? [orphan.messageIdentifier] : [])),
  );
  for (const { kind, identifier } of left.filter(isContent)) {
    const isSame = (other: ContentOrphan) => other.kind === kind && other.identifier === identifier;
    const orphan = (await find()).filter(isContent).find(isSame);
    if (orphan === undefined) continue;
    if (orphan.protection !== undefined) log.keepOrphan(orphan, sayProtection(orphan.protection));
    else if (leftDefaults.has(identifier)) {
      log.keepOrphan(orphan, "it is a default message that could not be deleted");
    } else await deleteContent(run, orphan);
  }
}

function isContent(orphan: Orphan): orphan is ContentOrphan {
  return orphan.kind !== "default";
}

/** Says why something stays, for people. */
export function sayProtection({ reason, by, until }: Protection): string {
  const what = by === undefined ? reason : `${reason}: ${by}`;
  return until === undefined ? what : `${what}, until ${new Date(until).toISOString()}`;
}

async function deleteDefault(
  { client, state, now, signal }: ApplyRun,
  { productId, locale }: DefaultOrphan,
): Promise<void> {
  await client.deleteDefaultMessage({ productId, locale }, { signal }).catch((error: unknown) => {
    if (!isNoPlace(error)) throw error;
  });
  await state.update((before) =>
    recordDefault(before, {
      productId,
      locale,
      messageIdentifier: null,
      at: now(),
      from: "written",
    }),
  );
}

function deleteContent({ client, log, signal }: ApplyRun, orphan: ContentOrphan): Promise<void> {
  const { kind, identifier } = orphan;
  const act = () =>
    kind === "message"
      ? client.deleteMessage(identifier, { signal })
      : client.deleteImage(identifier, { signal });
  return log.attemptPrune(orphan, act, reasonToKeep);
}

function reasonToKeep(error: AppleApiError): string | undefined {
  if (error.errorCode === IMAGE_IN_USE) return "a message that stays uses it";
  return isNotFound(error) ? "somebody else has deleted it" : undefined;
}
