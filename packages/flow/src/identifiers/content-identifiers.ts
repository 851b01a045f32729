import type { FlowImage, FlowText } from "../document/message-schema.ts";
import { canonicalJson } from "../snapshot/canonical-json.ts";
import { uuidV5 } from "./uuid-v5.ts";

/** The two sizes Apple takes, as Apple spells them. */
export type ImageSize = "FULL_SIZE" | "BULLET_POINT";

/**
 * Returns SHA-256 of an image file's bytes as 64 lowercase hex digits, by the path the document
 * writes; `undefined` when there is no such file.
 */
export type ImageHashes = (file: string) => string | undefined;

/** Where content belongs, and the hashes of the image files it mentions. */
export interface IdentifierOptions {
  readonly bundleId: string;
  readonly images?: ImageHashes | undefined;
}

/** What the canonical encoding is called; another encoding gets another name, and new identifiers. */
const ENCODING = "holdfast/content/1";

/**
 * Returns the identifier of an image: derived from the app, the size class, the bytes' hash and the
 * revision; `id` overrides. The alternative text belongs to the message.
 *
 * @returns a lowercase UUID, `undefined` when the file's hash is not known
 */
export function imageIdentifier(
  image: FlowImage,
  size: ImageSize,
  { bundleId, images }: IdentifierOptions,
): string | undefined {
  if (image.id !== undefined) return image.id;
  const sha256 = image.file === undefined ? undefined : images?.(image.file);
  if (sha256 === undefined) return undefined;
  const content = { kind: "image", bundleId, size, sha256, revision: image.revision ?? 1 };
  return uuidV5(canonicalJson({ encoding: ENCODING, ...content }));
}

/**
 * Returns the identifier of one locale's text: derived from the app, header, body, position,
 * bullets, images with their alternative texts, and the revision; `id` overrides. The same content
 * is the same message at Apple whatever the flow calls it and whichever locale it is for.
 *
 * @returns a lowercase UUID, `undefined` when an image file's hash is not known
 */
export function messageIdentifier(text: FlowText, options: IdentifierOptions): string | undefined {
  if (text.id !== undefined) return text.id;
  const { bundleId } = options;
  const image = text.image === undefined ? null : imagePart(text.image, "FULL_SIZE", options);
  const bullets = (text.bullets ?? []).map((bullet) => ({
    text: bullet.text,
    image: imagePart(bullet.image, "BULLET_POINT", options),
  }));
  const parts = [image, ...bullets.map((bullet) => bullet.image)];
  if (parts.includes(undefined)) return undefined;
  const content = {
    kind: "message",
    bundleId,
    header: text.header ?? "",
    body: text.body ?? "",
    headerPosition: text.headerPosition ?? "ABOVE_BODY",
    image,
    bullets,
    revision: text.revision ?? 1,
  };
  return uuidV5(canonicalJson({ encoding: ENCODING, ...content }));
}

interface ImagePart {
  readonly identifier: string;
  readonly alt: string;
}

function imagePart(
  image: FlowImage,
  size: ImageSize,
  options: IdentifierOptions,
): ImagePart | undefined {
  const identifier = imageIdentifier(image, size, options);
  return identifier === undefined ? undefined : { identifier, alt: image.alt };
}
