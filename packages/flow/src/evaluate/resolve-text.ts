import type { PreparedMessage, PreparedSnapshot } from "./prepared-snapshot.ts";
import { indexLocales, resolveLocale } from "./resolve-locale.ts";

/** A message's text for one subject. */
export interface ResolvedText {
  readonly message: string;
  readonly locale: string;
  readonly messageIdentifier: string;
}

const NOTHING_REJECTED: ReadonlySet<string> = new Set();

/**
 * Returns the text of a message for a device's locale by the locale rule, passing over rejected
 * identifiers; `undefined` when none is left.
 */
export function resolveText(
  prepared: PreparedSnapshot,
  name: string,
  {
    userLocale,
    rejected = NOTHING_REJECTED,
  }: { userLocale: string; rejected?: ReadonlySet<string> },
): ResolvedText | undefined {
  const message = prepared.messages.get(name);
  if (message === undefined) return undefined;
  const available = rejected.size === 0 ? message.available : notRejected(message, rejected);
  const locale = resolveLocale(userLocale, available, message.defaultLocale)?.locale;
  const messageIdentifier = locale === undefined ? undefined : message.identifiers.get(locale);
  if (locale === undefined || messageIdentifier === undefined) return undefined;
  return { message: name, locale, messageIdentifier };
}

function notRejected(message: PreparedMessage, rejected: ReadonlySet<string>) {
  const left: string[] = [];
  for (const [locale, identifier] of message.identifiers) {
    if (!rejected.has(identifier)) left.push(locale);
  }
  return left.length === message.identifiers.size ? message.available : indexLocales(left);
}
