import { AppleApiError } from "@holdfast/appstore/http";
import { isNoPlace } from "../apple/is-no-place.ts";
import { readAppleLists } from "../apple/read-apple-content.ts";
import { findOrphans } from "../plan/find-orphans.ts";
import type { ContentOrphan, DefaultOrphan, Orphan, Protection } from "../plan/plan.ts";
import { recordDefault } from "../state/record-default.ts";
import type { ApplyRun } from "./apply-run.ts";

/** Apple's number for "a message uses this image". */
const IMAGE_IN_USE = 4030019;

/** Apple's numbers for "there is no such image", "there is no such message". */
const NOT_FOUND: ReadonlySet<number | undefined> = new Set([4040014, 4040015]);

/**
 * Deletes what nobody wants, if asked for: default messages, then messages, then images. What may be
 * deleted is worked out anew from fresh lists, and again once the default messages are gone.
 */
export async function pruneOrphans(run: ApplyRun): Promise<void> {
  const { prune, log, desired, client, signal, state, now } = run;
  if (prune === undefined) return;
  log.assertNotInterrupted();
  const lists = await readAppleLists(client, { signal });
  const find = () => findOrphans(desired, lists, { state: state.current, now: now(), ...prune });
  for (const orphan of find()) {
    if (orphan.kind === "default") {
      await log.attemptPrune(orphan, () => deleteDefault(run, orphan));
    }
  }
  const leftDefaults = new Set(
    find().flatMap((orphan) => (orphan.kind === "default" ? [orphan.messageIdentifier] : [])),
  );
  for (const orphan of find()) {
    if (orphan.kind === "default") continue;
    if (orphan.protection !== undefined) log.keepOrphan(orphan, sayProtection(orphan.protection));
    else if (leftDefaults.has(orphan.identifier)) {
      log.keepOrphan(orphan, "it is a default message that could not be deleted");
    } else await deleteContent(run, orphan);
  }
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
    if (!(error instanceof AppleApiError) || !isNoPlace(error)) throw error;
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
  return log.attemptPrune(orphan satisfies Orphan, act, reasonToKeep);
}

function reasonToKeep({ errorCode }: AppleApiError): string | undefined {
  if (errorCode === IMAGE_IN_USE) return "a message that stays uses it";
  return NOT_FOUND.has(errorCode) ? "somebody else has deleted it" : undefined;
}
