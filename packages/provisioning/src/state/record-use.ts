import type { DesiredContent } from "../desired/content.ts";
import type { ContentUse, ProvisioningState } from "./provisioning-state.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long what was in use stays protected unless told otherwise. */
export const DEFAULT_ROLLBACK_WINDOW_MS = 30 * DAY_MS;

/** The longest rollback window there is: ends of uses are not remembered longer. */
export const MAX_ROLLBACK_WINDOW_MS = 365 * DAY_MS;

/** What a flow or a snapshot uses from now on. */
export type NewUse = Omit<ContentUse, "from" | "until">;

/**
 * Returns the state with a use that begins now and ends the one of its kind before. Using the same
 * again changes nothing.
 */
export function recordUse(state: ProvisioningState, use: NewUse, now: number): ProvisioningState {
  const next = { ...use, messages: sorted(use.messages), images: sorted(use.images) };
  const current = state.uses.find(({ kind, until }) => kind === use.kind && until === undefined);
  if (current !== undefined && isSameContent(current, next)) return state;
  const ended = state.uses.map((before) =>
    before === current ? { ...before, until: now } : before,
  );
  const remembered = ended.filter(({ until = now }) => now - until <= MAX_ROLLBACK_WINDOW_MS);
  return { ...state, uses: [...remembered, { ...next, from: now }] };
}

/** Returns the state with what a flow calls its messages. */
export function recordNames(
  state: ProvisioningState,
  { messages }: Pick<DesiredContent, "messages">,
): ProvisioningState {
  const names = { ...state.names };
  let isNew = false;
  for (const {
    identifier,
    names: [name],
  } of messages) {
    const known = Object.hasOwn(names, identifier) ? names[identifier] : undefined;
    if (name === undefined) continue;
    if (known?.message === name.message && known.locale === name.locale) continue;
    names[identifier] = { message: name.message, locale: name.locale };
    isNew = true;
  }
  return isNew ? { ...state, names } : state;
}

function isSameContent(a: NewUse, b: NewUse): boolean {
  return isSame(a.messages, b.messages) && isSame(a.images, b.images);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((identifier, index) => identifier === b[index]);
}

function sorted(identifiers: readonly string[]): string[] {
  return [...new Set(identifiers)].sort();
}
