import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import type { AppEnvironment, Emulator, MessageContent, MessageImage } from "@holdfast/emulator";
import type { ReviewStates } from "@holdfast/flow/catalog";
import { effectiveFlow } from "@holdfast/flow/compile";
import type { EffectiveFlow } from "@holdfast/flow/compile";
import type { FlowImage, FlowMessage, FlowText } from "@holdfast/flow/document";
import { indexLocales, resolveLocale } from "@holdfast/flow/evaluate";
import { imageIdentifier, messageIdentifier } from "@holdfast/flow/identifiers";
import type { ImageSize } from "@holdfast/flow/identifiers";
import type { UsableFlow } from "../load-flow.ts";

/** What was put into the local App Store. */
export interface UploadedContent {
  readonly messages: number;
  readonly images: number;
  readonly defaults: number;
  readonly reviewStates: ReviewStates;
}

/**
 * Puts a flow's images, messages, default messages and real-time URL into the local App Store. What is
 * there already stays: content decides identifiers, so the same content is never uploaded twice.
 */
export function uploadContent(
  emulator: Emulator,
  place: AppEnvironment,
  flow: UsableFlow,
): UploadedContent {
  const effective = effectiveFlow(flow.document, place.environment);
  const upload = createUpload(emulator, place, flow);
  for (const { locales } of Object.values(effective.messages)) {
    for (const text of Object.values(locales)) upload.message(text);
  }
  const productIds = flow.catalog?.products.map(({ productId }) => productId) ?? [];
  for (const { productId, locale, text } of defaultTexts(effective, productIds)) {
    const identifier = upload.identifierOf(text);
    if (identifier === undefined) continue;
    emulator.configureDefault(place, { productId, locale, messageIdentifier: identifier });
  }
  const { realtimeUrl } = effective;
  if (realtimeUrl !== undefined) emulator.configureRealtimeUrl(place, realtimeUrl);
  return {
    messages: emulator.messages(place).length,
    images: emulator.images(place).length,
    defaults: emulator.defaults(place).length,
    reviewStates: reviewStatesOf(emulator, place),
  };
}

interface Upload {
  message(text: FlowText): void;
  identifierOf(text: FlowText): string | undefined;
}

function createUpload(emulator: Emulator, place: AppEnvironment, flow: UsableFlow): Upload {
  const options = { bundleId: flow.document.app, images: flow.beside.sha256Of };
  const knownImages = new Set(emulator.images(place).map((image) => image.imageIdentifier));
  const knownMessages = new Set(emulator.messages(place).map((known) => known.messageIdentifier));

  function uploadImage(image: FlowImage, size: ImageSize): string | undefined {
    const identifier = imageIdentifier(image, size, options);
    const bytes = image.file === undefined ? undefined : flow.beside.bytesOf(image.file);
    if (identifier === undefined || bytes === undefined) return identifier;
    if (!knownImages.has(identifier)) emulator.uploadImage(place, identifier, bytes, size);
    knownImages.add(identifier);
    return identifier;
  }

  function imagePart(image: FlowImage, size: ImageSize): MessageImage {
    return { imageIdentifier: uploadImage(image, size) ?? "", altText: image.alt };
  }

  function contentOf(text: FlowText): MessageContent {
    const { header = "", body = "", headerPosition, image, bullets } = text;
    return {
      header,
      body,
      ...(headerPosition === undefined ? {} : { headerPosition }),
      ...(image === undefined ? {} : { image: imagePart(image, "FULL_SIZE") }),
      ...(bullets === undefined
        ? {}
        : {
            bulletPoints: bullets.map((bullet) => {
              const { imageIdentifier: id, altText } = imagePart(bullet.image, "BULLET_POINT");
              return { text: bullet.text, imageIdentifier: id, altText };
            }),
          }),
    };
  }

  return {
    identifierOf: (text) => messageIdentifier(text, options),
    message(text) {
      const identifier = messageIdentifier(text, options);
      // A text that was adopted by its id is at Apple already; it cannot be uploaded from here.
      const isAdopted = text.header === undefined;
      if (identifier === undefined || isAdopted || knownMessages.has(identifier)) return;
      emulator.uploadMessage(place, identifier, contentOf(text));
      knownMessages.add(identifier);
    },
  };
}

interface DefaultText {
  readonly productId: string;
  readonly locale: string;
  readonly text: FlowText;
}

/** Every product and locale with the text its default message has there. */
function* defaultTexts(
  { defaults, messages }: EffectiveFlow,
  everyProduct: readonly string[],
): Generator<DefaultText> {
  for (const { message: name, products, locales } of defaults) {
    const message = messages[name];
    if (message === undefined) continue;
    for (const productId of products === "all" ? everyProduct : products) {
      for (const locale of locales === "all" ? APP_STORE_LOCALES : locales) {
        const text = textFor(message, locale);
        if (text !== undefined) yield { productId, locale, text };
      }
    }
  }
}

function textFor(message: FlowMessage, locale: string): FlowText | undefined {
  const available = indexLocales(Object.keys(message.locales));
  const choice = resolveLocale(locale, available, message.defaultLocale);
  return choice === undefined ? undefined : message.locales[choice.locale];
}

function reviewStatesOf(emulator: Emulator, place: AppEnvironment): ReviewStates {
  return {
    messages: Object.fromEntries(
      emulator.messages(place).map(({ messageIdentifier: id, state }) => [id, state]),
    ),
    images: Object.fromEntries(
      emulator.images(place).map(({ imageIdentifier: id, state }) => [id, state]),
    ),
    defaults: [...emulator.defaults(place)],
  };
}
