import type { FlowMessage, FlowText } from "@holdfast/flow/document";
import { indexLocales, resolveLocale } from "@holdfast/flow/evaluate";
import { messageIdentifier } from "@holdfast/flow/identifiers";
import type { IdentifierOptions } from "@holdfast/flow/identifiers";
import type { TextName } from "../desired/content.ts";

interface Entry {
  readonly name: string;
  defaultLocale: string;
  readonly texts: Map<string, FlowText>;
  readonly identifiers: Map<string, string>;
  readonly description?: string | undefined;
}

interface PlacedText {
  readonly locale: string;
  readonly text: FlowText;
  /** Absent when an image's hash is not known. */
  readonly identifier: string | undefined;
}

/** How much of an identifier makes a name. */
const SHORT = 8;

/** The messages of an exported flow while it is made: names, locales, and which identifier is where. */
export class MessageBook {
  readonly mainLocale: string;
  readonly #entries = new Map<string, Entry>();
  /** Names by identifier. */
  readonly #names = new Map<string, string[]>();
  #adoptedCount = 0;
  #assumedLocales = 0;

  constructor(mainLocale: string) {
    this.mainLocale = mainLocale;
  }

  /** How many texts are only identifiers because nothing else is known of them. */
  get adoptedCount(): number {
    return this.#adoptedCount;
  }

  /** How many of them have the main locale for want of knowing better. */
  get assumedLocales(): number {
    return this.#assumedLocales;
  }

  get identifiers(): Iterable<string> {
    return this.#names.keys();
  }

  get messages(): Record<string, FlowMessage> {
    return Object.fromEntries(
      Array.from(this.#entries, ([name, { defaultLocale, texts, description }]) => [
        name,
        {
          ...(description === undefined ? {} : { description }),
          defaultLocale,
          locales: Object.fromEntries(texts),
        },
      ]),
    );
  }

  messagesWithout(names: readonly string[]): Record<string, FlowMessage> {
    const without = new Set(names);
    return Object.fromEntries(Object.entries(this.messages).filter(([name]) => !without.has(name)));
  }

  has(identifier: string): boolean {
    return this.#names.has(identifier);
  }

  /** Adds a message as a flow has it. */
  addMessage(name: string, message: FlowMessage, options: IdentifierOptions): void {
    const { defaultLocale, locales, description } = message;
    const entry = this.#newEntry(name, { defaultLocale, description });
    for (const [locale, text] of Object.entries(locales)) {
      this.#put(entry, { locale, text, identifier: messageIdentifier(text, options) });
    }
  }

  /** Adds an identifier under the name it once had; returns false when another has that place. */
  adoptAs(identifier: string, { message, locale }: TextName): boolean {
    const entry = this.#entries.get(message) ?? this.#newEntry(message, { defaultLocale: locale });
    if (entry.texts.has(locale)) return false;
    // Which locale was the default is not known; the main one is the likeliest.
    if (locale === this.mainLocale) entry.defaultLocale = locale;
    this.#adopt(entry, locale, identifier);
    return true;
  }

  /** Adds an identifier as a message of its own, and returns that message's name. */
  adopt(identifier: string, locale: string | undefined): string {
    if (locale === undefined) this.#assumedLocales += 1;
    const written = locale ?? this.mainLocale;
    const short = `message_${identifier.slice(0, SHORT)}`;
    const name = this.#entries.has(short) ? `message_${identifier}` : short;
    this.#adopt(this.#newEntry(name, { defaultLocale: written }), written, identifier);
    return name;
  }

  /** Returns the message whose text for a locale is an identifier, by the locale rule. */
  nameGiving(identifier: string, locale: string): string | undefined {
    return this.#names.get(identifier)?.find((name) => {
      const entry = this.#entries.get(name);
      if (entry === undefined) return false;
      const available = indexLocales(entry.identifiers.keys());
      const choice = resolveLocale(locale, available, entry.defaultLocale);
      return choice !== undefined && entry.identifiers.get(choice.locale) === identifier;
    });
  }

  #newEntry(
    name: string,
    { defaultLocale, description }: Pick<FlowMessage, "defaultLocale" | "description">,
  ): Entry {
    const entry = { name, defaultLocale, description, texts: new Map(), identifiers: new Map() };
    this.#entries.set(name, entry);
    return entry;
  }

  #adopt(entry: Entry, locale: string, identifier: string): void {
    this.#put(entry, { locale, text: { id: identifier }, identifier });
    this.#adoptedCount += 1;
  }

  #put(entry: Entry, { locale, text, identifier }: PlacedText): void {
    entry.texts.set(locale, text);
    if (identifier === undefined) return;
    entry.identifiers.set(locale, identifier);
    this.#names.set(identifier, [...(this.#names.get(identifier) ?? []), entry.name]);
  }
}
