import { UsageError } from "@holdfast/appstore/errors";
import { effectiveFlow } from "@holdfast/flow/compile";
import type { FlowDocument } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { ImageHashes } from "@holdfast/flow/identifiers";
import type { AppleContent } from "../apple/apple-content.ts";
import type { DesiredDefault } from "../desired/content.ts";
import { desiredDefaults } from "../desired/desired-defaults.ts";
import { placeKey } from "../desired/place-key.ts";
import type { ProvisioningErrorCode } from "../provisioning-error.ts";
import type { ProvisioningState } from "../state/provisioning-state.ts";
import { groupDefaults } from "./group-defaults.ts";
import type { NamedDefault } from "./group-defaults.ts";
import { MessageBook } from "./message-book.ts";

/**
 * What an exported flow does not say by itself.
 *
 * - `TEXTS_UNKNOWN`: Apple's lists hold no texts, so some messages are only identifiers
 * - `LOCALE_ASSUMED`: which locale a text is for is not known, so the main locale was written
 * - `REJECTED_LEFT_OUT`: messages Apple rejected are not in the flow
 * - `NOT_AT_APPLE`: texts of the existing flow are not at Apple; they stayed
 * - `DEFAULTS_UNKNOWN`: no default message was read or written yet
 * - `FALLBACK_CHOSEN`: a flow needs a fallback, so a message was taken for it
 */
interface ExportNote {
  readonly code:
    | "TEXTS_UNKNOWN"
    | "LOCALE_ASSUMED"
    | "REJECTED_LEFT_OUT"
    | "NOT_AT_APPLE"
    | "DEFAULTS_UNKNOWN"
    | "FALLBACK_CHOSEN";
  readonly message: string;
}

/** A flow made of what is live. */
export interface ExportedFlow {
  readonly document: FlowDocument;
  readonly notes: readonly ExportNote[];
}

/** What a flow is made of. */
export interface ExportOptions {
  readonly bundleId: string;
  readonly environment: FlowEnvironment;
  readonly apple: AppleContent;
  readonly state: ProvisioningState;
  /** A flow whose texts, rules and names are kept. */
  readonly existing?: FlowDocument | undefined;
  /** Hashes of the existing flow's image files. */
  readonly images?: ImageHashes | undefined;
  /** Every product, where the existing flow's defaults say `products: all`. */
  readonly products?: readonly string[] | undefined;
  /** For texts of which nothing tells the locale; default `en-US`. */
  readonly mainLocale?: string | undefined;
}

const DEFAULT_MAIN_LOCALE = "en-US";

/**
 * Returns a flow that says what is live: the messages at Apple, the default messages last read or
 * written, the URL. Texts that are not known become identifiers under names made of them; nothing of
 * an existing flow is lost, and what differs goes into the environment's overlay.
 *
 * @throws UsageError `NOTHING_TO_EXPORT` when there is no message and no existing flow
 */
export function exportFlow(options: ExportOptions): ExportedFlow {
  const { existing } = options;
  const book = new MessageBook(options.mainLocale ?? DEFAULT_MAIN_LOCALE);
  if (existing !== undefined) addExisting(book, existing, options);
  const known = new Set(book.identifiers);
  addUnknown(book, options);
  const defaults = nameDefaults(book, options);
  const document =
    existing === undefined
      ? newDocument(book, defaults, options)
      : withLive(existing, { book, defaults }, options);
  return { document, notes: notesOf(book, { ...options, known }) };
}

function addExisting(book: MessageBook, existing: FlowDocument, options: ExportOptions): void {
  const { messages } = effectiveFlow(existing, options.environment);
  for (const [name, message] of Object.entries(messages)) {
    book.addMessage(name, message, { bundleId: existing.app, images: options.images });
  }
}

/** Adds every live message that no flow knows: by the name it had, else by its identifier. */
function addUnknown(book: MessageBook, { apple, state, existing }: ExportOptions): void {
  const localeOf = new Map(
    state.defaults.map(({ messageIdentifier, locale }) => [messageIdentifier, locale]),
  );
  const live = [...apple.messages]
    .filter(([, review]) => review !== "REJECTED")
    .map(([identifier]) => identifier)
    .sort();
  const inUse = new Set(
    state.uses.filter(({ until }) => until === undefined).flatMap(({ messages }) => messages),
  );
  // Of two texts that had one name and locale, the one in use now keeps it.
  for (const identifier of live.toSorted((a, b) => Number(inUse.has(b)) - Number(inUse.has(a)))) {
    if (book.has(identifier)) continue;
    const name = Object.hasOwn(state.names, identifier) ? state.names[identifier] : undefined;
    const isNamed = existing === undefined && name !== undefined && book.adoptAs(identifier, name);
    if (!isNamed) book.adopt(identifier, name?.locale ?? localeOf.get(identifier));
  }
}

/** Says each live default message by name; where the locale rule would give another text, alone. */
function nameDefaults(book: MessageBook, { state, apple }: ExportOptions): readonly NamedDefault[] {
  return state.defaults.flatMap(({ productId, locale, messageIdentifier }) => {
    if (messageIdentifier === null || !apple.messages.has(messageIdentifier)) return [];
    const message =
      book.nameGiving(messageIdentifier, locale) ?? book.adopt(messageIdentifier, locale);
    return [{ productId, locale, message }];
  });
}

function newDocument(
  book: MessageBook,
  defaults: readonly NamedDefault[],
  { bundleId, apple: { realtimeUrl } }: ExportOptions,
): FlowDocument {
  const fallback = mostUsed(defaults) ?? Object.keys(book.messages)[0];
  if (fallback === undefined) {
    throw new UsageError<ProvisioningErrorCode>(
      "NOTHING_TO_EXPORT",
      "Apple has no message of this app here, and a flow needs one as its fallback; begin with holdfast init",
    );
  }
  return {
    version: 1,
    app: bundleId,
    ...(realtimeUrl === null ? {} : { realtimeUrl }),
    messages: book.messages,
    rules: [],
    fallback: { message: fallback },
    ...(defaults.length === 0 ? {} : { defaults: groupDefaults(defaults) }),
  };
}

function mostUsed(defaults: readonly NamedDefault[]): string | undefined {
  const groups = [...Map.groupBy(defaults, ({ message }) => message)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** Puts what is live and not said yet into the environment's overlay. */
function withLive(
  existing: FlowDocument,
  { book, defaults }: { readonly book: MessageBook; readonly defaults: readonly NamedDefault[] },
  options: ExportOptions,
): FlowDocument {
  const { environment, apple } = options;
  const before = existing.environments?.[environment];
  const flow = effectiveFlow(existing, environment);
  const adopted = book.messagesWithout(Object.keys(flow.messages));
  const isUrlSaid = apple.realtimeUrl === null || apple.realtimeUrl === flow.realtimeUrl;
  const areDefaultsSaid = saysDefaults(existing, options);
  const areMessagesSaid = Object.keys(adopted).length === 0;
  if (isUrlSaid && areDefaultsSaid && areMessagesSaid) return existing;
  const overlay = {
    ...before,
    ...(isUrlSaid ? {} : { realtimeUrl: apple.realtimeUrl }),
    ...(areDefaultsSaid
      ? {}
      : { defaults: groupDefaults([...defaults, ...unknownDefaults(existing, options)]) }),
    ...(areMessagesSaid ? {} : { messages: { ...before?.messages, ...adopted } }),
  };
  return { ...existing, environments: { ...existing.environments, [environment]: overlay } };
}

/** Whether a flow wants exactly the default messages that are live, as far as these are known. */
function saysDefaults(existing: FlowDocument, options: ExportOptions): boolean {
  const known = new Map(
    options.state.defaults.map((one) => [placeKey(one), one.messageIdentifier]),
  );
  const wanted = wantedDefaults(existing, options).filter((one) => known.has(placeKey(one)));
  const live = [...known.values()].filter((identifier) => identifier !== null);
  return (
    wanted.length === live.length &&
    wanted.every((one) => known.get(placeKey(one)) === one.messageIdentifier)
  );
}

/** What a flow wants in places of which nothing is known; nothing speaks against it. */
function unknownDefaults(existing: FlowDocument, options: ExportOptions): readonly NamedDefault[] {
  const known = new Set(options.state.defaults.map(placeKey));
  return wantedDefaults(existing, options).filter((one) => !known.has(placeKey(one)));
}

function wantedDefaults(
  existing: FlowDocument,
  { environment, products, images = () => undefined }: ExportOptions,
): readonly DesiredDefault[] {
  const beside = { products, images, bytesOf: () => undefined };
  return desiredDefaults(effectiveFlow(existing, environment), beside);
}

function notesOf(
  book: MessageBook,
  { known, apple, state, existing }: ExportOptions & { readonly known: ReadonlySet<string> },
): readonly ExportNote[] {
  const rejected = [...apple.messages].filter(
    ([identifier, review]) => review === "REJECTED" && !known.has(identifier),
  );
  const missing = [...known].filter((identifier) => !apple.messages.has(identifier));
  const notes: readonly (readonly [boolean, ExportNote["code"], string])[] = [
    [
      book.adoptedCount > 0,
      "TEXTS_UNKNOWN",
      `Apple's lists hold no texts: ${count(book.adoptedCount, "message")} of the flow ${book.adoptedCount === 1 ? "is" : "are"} only an identifier each`,
    ],
    [
      book.assumedLocales > 0,
      "LOCALE_ASSUMED",
      `nothing tells the locale of ${count(book.assumedLocales, "text")}; ${book.mainLocale} was written`,
    ],
    [
      rejected.length > 0,
      "REJECTED_LEFT_OUT",
      `${count(rejected.length, "message")} that Apple rejected ${rejected.length === 1 ? "is" : "are"} not in the flow`,
    ],
    [
      missing.length > 0,
      "NOT_AT_APPLE",
      `${count(missing.length, "text")} of the existing flow ${missing.length === 1 ? "is" : "are"} not at Apple, and stayed`,
    ],
    [
      state.defaults.length === 0,
      "DEFAULTS_UNKNOWN",
      "which default messages there are is not known; a refresh asks Apple for each product and locale",
    ],
    [
      existing === undefined,
      "FALLBACK_CHOSEN",
      "a flow needs a fallback: look whether the message taken for it is the right one",
    ],
  ];
  return notes.flatMap(([holds, code, message]) => (holds ? [{ code, message }] : []));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
