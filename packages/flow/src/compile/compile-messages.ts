import { reviewStateOf } from "../catalog/review-states.ts";
import type { KnownReviewState, ReviewStates } from "../catalog/review-states.ts";
import type { FlowMessage, FlowText } from "../document/message-schema.ts";
import { imageIdentifier, messageIdentifier } from "../identifiers/content-identifiers.ts";
import type { IdentifierOptions } from "../identifiers/content-identifiers.ts";
import type { SnapshotMessage } from "../snapshot/snapshot.ts";

/** What compiling messages needs to know. */
export interface MessageOptions extends IdentifierOptions {
  /** Absent: everything is taken for approved. */
  readonly reviewStates?: ReviewStates | undefined;
}

/** Compiles messages: identifiers by locale, texts that may not be sent left out. */
export function compileMessages(
  messages: Readonly<Record<string, FlowMessage>>,
  options: MessageOptions,
): Readonly<Record<string, SnapshotMessage>> {
  return Object.fromEntries(
    Object.entries(messages).map(([name, message]) => [name, compileMessage(message, options)]),
  );
}

function compileMessage(message: FlowMessage, options: MessageOptions): SnapshotMessage {
  const locales: [string, string][] = [];
  for (const [locale, text] of Object.entries(message.locales)) {
    const identifier = messageIdentifier(text, options);
    if (identifier !== undefined && sendability(text, options) === "APPROVED") {
      locales.push([locale, identifier]);
    }
  }
  return { defaultLocale: message.defaultLocale, locales: Object.fromEntries(locales) };
}

/**
 * Returns the state that decides whether a text may be sent: its message's and its images', the
 * worst of them, because Apple lets neither pass unapproved. Without review states: `APPROVED`.
 */
export function sendability(text: FlowText, options: MessageOptions): KnownReviewState {
  const { reviewStates } = options;
  if (reviewStates === undefined) return "APPROVED";
  const identifier = messageIdentifier(text, options);
  const states = new Set<KnownReviewState>([
    identifier === undefined ? "unknown" : reviewStateOf(reviewStates.messages, identifier),
    ...imageIdentifiers(text, options).map((image) =>
      image === undefined ? "unknown" : reviewStateOf(reviewStates.images, image),
    ),
  ]);
  states.delete("APPROVED");
  const worst = WORST_FIRST.find((state) => states.has(state));
  return worst ?? [...states][0] ?? "APPROVED";
}

/** Before `PENDING` and whatever states Apple adds. */
const WORST_FIRST: readonly KnownReviewState[] = ["REJECTED", "unknown"];

function imageIdentifiers(
  { image, bullets = [] }: FlowText,
  options: MessageOptions,
): readonly (string | undefined)[] {
  const full = image === undefined ? [] : [imageIdentifier(image, "FULL_SIZE", options)];
  return [
    ...full,
    ...bullets.map((bullet) => imageIdentifier(bullet.image, "BULLET_POINT", options)),
  ];
}
