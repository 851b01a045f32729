import type { Snapshot, SnapshotMessage } from "@holdfast/flow/snapshot";

/** Messages by name, each with the texts that may be sent. */
type Messages = Readonly<Record<string, SnapshotMessage>>;

/**
 * Returns a snapshot with the texts added that Apple has approved since it was compiled, or undefined when
 * there are none. Nothing else can change: a message the snapshot does not have is not added, and a locale
 * it has keeps its text.
 *
 * @param approved - what its messages are compiled to now
 */
export function withApprovedTexts(snapshot: Snapshot, approved: Messages): Snapshot | undefined {
  let isChanged = false;
  const messages = Object.entries(snapshot.messages).map(([name, message]) => {
    const now = Object.hasOwn(approved, name) ? (approved[name]?.locales ?? {}) : {};
    const added = Object.entries(now).filter(([locale]) => !Object.hasOwn(message.locales, locale));
    if (added.length === 0) return [name, message] as const;
    isChanged = true;
    return [
      name,
      { ...message, locales: { ...message.locales, ...Object.fromEntries(added) } },
    ] as const;
  });
  return isChanged ? { ...snapshot, messages: Object.fromEntries(messages) } : undefined;
}
