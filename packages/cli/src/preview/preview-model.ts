import type { ReviewState } from "@holdfast/appstore/retention-messaging";
import { reviewStateOf } from "@holdfast/flow/catalog";
import type { KnownReviewState, ReviewStates } from "@holdfast/flow/catalog";
import { effectiveFlow } from "@holdfast/flow/compile";
import type { FlowDocument, FlowImage, FlowIssue, FlowText } from "@holdfast/flow/document";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import { messageIdentifier } from "@holdfast/flow/identifiers";
import type { LoadedFlow } from "../load-flow.ts";
import { usesOf } from "./message-uses.ts";
import type { MessageUse } from "./message-uses.ts";
import { createPictureBook } from "./picture-book.ts";
import type { EmbeddedPicture, PictureBook } from "./picture-book.ts";

/** An image where it stands in a text. */
export interface ShownPicture {
  readonly alt: string;
  /** Absent when there are no pixels to show: uploaded elsewhere, or not a PNG. */
  readonly picture: EmbeddedPicture | undefined;
  /** The file or the identifier. */
  readonly source: string;
}

/** One locale's text as the cancel sheet shows it. */
export interface ShownText {
  readonly locale: string;
  readonly isDefault: boolean;
  readonly direction: "ltr" | "rtl";
  /** Absent for a text uploaded elsewhere: it cannot be read back from Apple. */
  readonly header: string | undefined;
  readonly body: string | undefined;
  readonly headerPosition: "ABOVE_BODY" | "ABOVE_IMAGE";
  readonly image: ShownPicture | undefined;
  readonly bullets: readonly { readonly text: string; readonly picture: ShownPicture }[];
  /** Absent while an image file is missing. */
  readonly identifier: string | undefined;
  /** Absent when no review states were given. */
  readonly state: KnownReviewState | undefined;
  readonly issues: readonly FlowIssue[];
}

/** A message with all its texts. */
export interface ShownMessage {
  readonly name: string;
  readonly description: string | undefined;
  readonly uses: readonly MessageUse[];
  readonly texts: readonly ShownText[];
}

/** Everything a preview shows. */
export interface Preview {
  readonly app: string;
  readonly environment: FlowEnvironment;
  readonly messages: readonly ShownMessage[];
  /** Every picture once, in the order of first use. */
  readonly pictures: readonly EmbeddedPicture[];
}

/** Collects what a preview of a flow's messages shows, in the document's order. */
export function previewOf(
  flow: LoadedFlow & { readonly document: FlowDocument },
  environment: FlowEnvironment,
): Preview {
  const { document } = flow;
  const book = createPictureBook(flow.beside.bytesOf);
  const effective = effectiveFlow(document, environment);
  const messages = Object.entries(effective.messages).map(([name, message]): ShownMessage => {
    const isOverlaid = document.environments?.[environment]?.messages?.[name] !== undefined;
    const path = isOverlaid ? ["environments", environment, "messages"] : ["messages"];
    return {
      name,
      description: message.description,
      uses: usesOf(name, effective),
      texts: Object.entries(message.locales).map(([locale, text]) =>
        shownText(text, {
          flow,
          book,
          locale,
          isDefault: locale === message.defaultLocale,
          path: [...path, name, "locales", locale],
        }),
      ),
    };
  });
  return { app: document.app, environment, messages, pictures: book.pictures() };
}

interface TextMeans {
  readonly flow: LoadedFlow & { readonly document: FlowDocument };
  readonly book: PictureBook;
  readonly locale: string;
  readonly isDefault: boolean;
  /** Where the text is in the document. */
  readonly path: readonly string[];
}

function shownText(text: FlowText, { flow, book, locale, isDefault, path }: TextMeans): ShownText {
  const { header, body, headerPosition = "ABOVE_BODY", image, bullets = [] } = text;
  const { document, beside, reviewStates } = flow;
  const show = (placed: FlowImage): ShownPicture => ({
    alt: placed.alt,
    picture: placed.file === undefined ? undefined : book.pictureOf(placed.file),
    source: placed.file ?? placed.id ?? "",
  });
  const identifier = messageIdentifier(text, { bundleId: document.app, images: beside.sha256Of });
  return {
    locale,
    isDefault,
    direction: directionOf(locale),
    header,
    body,
    headerPosition,
    image: image === undefined ? undefined : show(image),
    bullets: bullets.map((bullet) => ({ text: bullet.text, picture: show(bullet.image) })),
    identifier,
    state: stateOf(identifier, reviewStates),
    issues: issuesBelow(flow.issues, path),
  };
}

function stateOf(
  identifier: string | undefined,
  states: ReviewStates | undefined,
): ReviewState | undefined {
  if (states === undefined) return undefined;
  return identifier === undefined ? "unknown" : reviewStateOf(states.messages, identifier);
}

/** The App Store's languages that are written from right to left: Arabic, Hebrew, Urdu. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["ar", "he", "ur"]);

function directionOf(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
}

function issuesBelow(issues: readonly FlowIssue[], place: readonly string[]): readonly FlowIssue[] {
  return issues.filter(({ path }) => place.every((part, index) => path[index] === part));
}
