import { UsageError } from "@holdfast/appstore/errors";
import type {
  BulletPoint,
  UploadMessageImage,
} from "@holdfast/appstore/retention-messaging/client";
import type { EffectiveFlow } from "@holdfast/flow/compile";
import type { FlowImage, FlowPath, FlowText } from "@holdfast/flow/document";
import { imageIdentifier, messageIdentifier } from "@holdfast/flow/identifiers";
import type { IdentifierOptions, ImageSize } from "@holdfast/flow/identifiers";
import type { ProvisioningErrorCode } from "../provisioning-error.ts";
import type {
  DesiredBody,
  DesiredImage,
  DesiredMessage,
  DesiredOptions,
  TextName,
} from "./content.ts";

/** Returns the images and messages of a flow, each identifier once, in the order of the flow. */
export function desiredTexts(
  { document, environment, messages }: EffectiveFlow,
  { images: hashes, bytesOf }: DesiredOptions,
): { readonly images: readonly DesiredImage[]; readonly messages: readonly DesiredMessage[] } {
  const collected = new Collected({ bundleId: document.app, images: hashes }, bytesOf);
  const overlay = document.environments?.[environment]?.messages ?? {};
  for (const [name, message] of Object.entries(messages)) {
    const top = Object.hasOwn(overlay, name) ? ["environments", environment] : [];
    for (const [locale, text] of Object.entries(message.locales)) {
      const path = [...top, "messages", name, "locales", locale];
      collected.addText(text, { message: name, locale }, path);
    }
  }
  return collected.content;
}

class Collected {
  readonly #identifiers: IdentifierOptions;
  readonly #bytesOf: DesiredOptions["bytesOf"];
  readonly #images = new Map<string, DesiredImage>();
  readonly #messages = new Map<string, DesiredMessage>();

  constructor(identifiers: IdentifierOptions, bytesOf: DesiredOptions["bytesOf"]) {
    this.#identifiers = identifiers;
    this.#bytesOf = bytesOf;
  }

  get content() {
    return { images: [...this.#images.values()], messages: [...this.#messages.values()] };
  }

  addText(text: FlowText, name: TextName, path: FlowPath): void {
    const { image, bullets = [] } = text;
    const picture =
      image === undefined ? undefined : this.#addImage(image, "FULL_SIZE", [...path, "image"]);
    const points = bullets.map((bullet, index) => {
      const at = [...path, "bullets", index, "image"];
      const { imageIdentifier: id, altText } = this.#addImage(bullet.image, "BULLET_POINT", at);
      return { text: bullet.text, imageIdentifier: id, altText };
    });
    const identifier = messageIdentifier(text, this.#identifiers);
    // Every image file is known to be there by now, and nothing else can be missing.
    if (identifier === undefined) return;
    const known = this.#messages.get(identifier);
    if (known !== undefined) {
      this.#messages.set(identifier, { ...known, names: [...known.names, name] });
      return;
    }
    const body = bodyOf(text, picture, points);
    const parts = picture === undefined ? points : [picture, ...points];
    this.#messages.set(identifier, {
      identifier,
      names: [name],
      path,
      ...(body === undefined ? {} : { body }),
      images: [...new Set(parts.map((part) => part.imageIdentifier))],
    });
  }

  /** Keeps an image and returns how a message refers to it. */
  #addImage(image: FlowImage, size: ImageSize, path: FlowPath): UploadMessageImage {
    const { file } = image;
    const identifier = imageIdentifier(image, size, this.#identifiers);
    if (identifier === undefined) throw missing(file);
    const part = { imageIdentifier: identifier, altText: image.alt };
    if (this.#images.has(identifier)) return part;
    const bytes = file === undefined ? undefined : { file, bytes: () => this.#bytesFor(file) };
    this.#images.set(identifier, { identifier, size, path, ...bytes });
    return part;
  }

  async #bytesFor(file: string): Promise<Uint8Array> {
    const bytes = await this.#bytesOf(file);
    if (bytes === undefined) throw missing(file);
    return bytes;
  }
}

/** What to upload; nothing for a text that was adopted by its identifier, whose words are not known. */
function bodyOf(
  { header, body, headerPosition }: FlowText,
  image: UploadMessageImage | undefined,
  bulletPoints: readonly BulletPoint[],
): DesiredBody | undefined {
  if (header === undefined || body === undefined) return undefined;
  return {
    header,
    body,
    ...(headerPosition === undefined ? {} : { headerPosition }),
    ...(image === undefined ? {} : { image }),
    ...(bulletPoints.length === 0 ? {} : { bulletPoints }),
  };
}

function missing(file: string | undefined): Error {
  return new UsageError<ProvisioningErrorCode>(
    "IMAGE_FILE_MISSING",
    `there is no image file ${file ?? ""} beside the flow`,
  );
}
