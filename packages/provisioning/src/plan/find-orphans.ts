import type { ReviewState } from "@holdfast/appstore/retention-messaging";
import type { AppleContent } from "../apple/apple-content.ts";
import type { DesiredContent } from "../desired/content.ts";
import { placeKey } from "../desired/place-key.ts";
import type { ContentUse, KnownDefault, ProvisioningState } from "../state/provisioning-state.ts";
import type { ContentOrphan, DefaultOrphan, Orphan, Protection } from "./plan.ts";

/** What decides whether an orphan is protected. */
export interface OrphanOptions {
  readonly state: ProvisioningState;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** For how long what was in use stays, so that it can be gone back to. */
  readonly rollbackWindowMs: number;
}

/**
 * Returns what is at Apple and not wanted, and why it stays where it does: default messages first,
 * then messages, then images, which is the order of deleting.
 */
export function findOrphans(
  desired: DesiredContent,
  apple: Pick<AppleContent, "messages" | "images">,
  options: OrphanOptions,
): readonly Orphan[] {
  const defaults = findDefaultOrphans(desired, options.state);
  const leaving = new Set(defaults.map(placeKey));
  const staying = options.state.defaults.filter((known) => !leaving.has(placeKey(known)));
  const protectionOf = createProtection(options, staying);
  const wantedMessages = new Set(desired.messages.map(({ identifier }) => identifier));
  const wantedImages = new Set(desired.images.map(({ identifier }) => identifier));
  const orphan = (kind: ContentOrphan["kind"], identifier: string, review: ReviewState) =>
    contentOrphan({ kind, identifier, state: review }, options.state.names, protectionOf);
  const messages = [...apple.messages]
    .filter(([identifier]) => !wantedMessages.has(identifier))
    .map(([identifier, review]) => orphan("message", identifier, review));
  const images = [...apple.images]
    .filter(([identifier]) => !wantedImages.has(identifier))
    .map(([identifier, image]) => orphan("image", identifier, image.state));
  return [...defaults, ...byIdentifier(messages), ...byIdentifier(images)];
}

function contentOrphan(
  content: Pick<ContentOrphan, "kind" | "identifier" | "state">,
  names: ProvisioningState["names"],
  protectionOf: ProtectionOf,
): ContentOrphan {
  const { kind, identifier } = content;
  const name = Object.hasOwn(names, identifier) ? names[identifier] : undefined;
  const protection = protectionOf(kind, identifier);
  return {
    ...content,
    ...(name === undefined ? {} : { name }),
    ...(protection === undefined ? {} : { protection }),
  };
}

function findDefaultOrphans(
  desired: DesiredContent,
  state: ProvisioningState,
): readonly DefaultOrphan[] {
  const wanted = new Set(desired.defaults.map(placeKey));
  return state.defaults.flatMap((known): readonly DefaultOrphan[] => {
    const { productId, locale, messageIdentifier } = known;
    if (messageIdentifier === null || wanted.has(placeKey(known))) return [];
    return [{ kind: "default", productId, locale, messageIdentifier }];
  });
}

/** The order of Apple's lists means nothing. */
function byIdentifier(orphans: readonly ContentOrphan[]): readonly ContentOrphan[] {
  return orphans.toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1));
}

type ProtectionOf = (kind: ContentOrphan["kind"], identifier: string) => Protection | undefined;

function createProtection(
  { state, now, rollbackWindowMs }: OrphanOptions,
  defaults: readonly KnownDefault[],
): ProtectionOf {
  const defaultOf = new Map(defaults.map((known) => [known.messageIdentifier, known]));
  const pastIsKnownAt = state.since + rollbackWindowMs;
  return (kind, identifier) => {
    const known = kind === "message" ? defaultOf.get(identifier) : undefined;
    if (known !== undefined) {
      return { reason: "default message", by: `${known.productId} ${known.locale}` };
    }
    const use = state.uses
      .filter(({ messages, images }) =>
        (kind === "message" ? messages : images).includes(identifier),
      )
      .reduce<ContentUse | undefined>(longerLasting, undefined);
    if (use !== undefined) return protectionByUse(use, { now, rollbackWindowMs });
    return now < pastIsKnownAt ? { reason: "unknown past", until: pastIsKnownAt } : undefined;
  };
}

function protectionByUse(
  { name, until }: ContentUse,
  { now, rollbackWindowMs }: Pick<OrphanOptions, "now" | "rollbackWindowMs">,
): Protection | undefined {
  if (until === undefined) return { reason: "in use", by: name };
  const ends = until + rollbackWindowMs;
  return now < ends ? { reason: "rollback window", by: name, until: ends } : undefined;
}

function longerLasting(a: ContentUse | undefined, b: ContentUse): ContentUse {
  return a === undefined || (b.until ?? Infinity) >= (a.until ?? Infinity) ? b : a;
}
