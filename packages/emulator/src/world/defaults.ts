import { AppleApiError } from "../errors/index.ts";
import { type EnvironmentWorld, findProduct, imagesOf, type StoredMessage } from "./world.ts";

/**
 * The shape of an App Store locale: language, perhaps a script, perhaps a region, in this spelling.
 * Which of them Apple has is not looked up here.
 */
const LOCALE = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?$/v;

/** Tells whether `text` is spelled as an App Store locale. */
export function isLocale(text: string): boolean {
  return LOCALE.test(text);
}

/**
 * Makes a message the default for a product and locale, over whatever was. Throws
 * `INVALID_PRODUCT_ID`, `INVALID_LOCALE`, `MESSAGE_NOT_FOUND`, and `MESSAGE_NOT_APPROVED` or
 * `IMAGE_NOT_APPROVED`. Any message is text-based, for its kind follows from its use.
 */
export function configureDefault(
  world: EnvironmentWorld,
  productId: string,
  locale: string,
  messageIdentifier: string,
): void {
  assertPlace(world, productId, locale);
  const message = world.messages.get(messageIdentifier);
  if (message === undefined) throw new AppleApiError("MESSAGE_NOT_FOUND");
  if (message.state !== "APPROVED") throw new AppleApiError("MESSAGE_NOT_APPROVED");
  if (!areImagesApproved(world, message)) throw new AppleApiError("IMAGE_NOT_APPROVED");
  const locales = world.defaults.get(productId) ?? new Map<string, string>();
  locales.set(locale, messageIdentifier);
  world.defaults.set(productId, locales);
}

/**
 * Returns the default's message identifier; throws `INVALID_PRODUCT_ID`, `INVALID_LOCALE` or
 * `DEFAULT_MESSAGE_NOT_FOUND`.
 */
export function getDefault(world: EnvironmentWorld, productId: string, locale: string): string {
  assertPlace(world, productId, locale);
  const messageIdentifier = world.defaults.get(productId)?.get(locale);
  if (messageIdentifier === undefined) throw new AppleApiError("DEFAULT_MESSAGE_NOT_FOUND");
  return messageIdentifier;
}

/** Removes a default, if there is one; throws `INVALID_PRODUCT_ID` or `INVALID_LOCALE`. */
export function deleteDefault(world: EnvironmentWorld, productId: string, locale: string): void {
  assertPlace(world, productId, locale);
  world.defaults.get(productId)?.delete(locale);
}

/**
 * Returns the message to show for a product and a device's locale when nothing else is shown, or
 * `undefined`. The locale has to be the very one configured: how Apple maps a device's locale to an
 * App Store locale is UNCONFIRMED.
 */
export function findDefaultMessage(
  world: EnvironmentWorld,
  productId: string,
  locale: string,
): StoredMessage | undefined {
  const messageIdentifier = world.defaults.get(productId)?.get(locale);
  if (messageIdentifier === undefined) return undefined;
  const message = world.messages.get(messageIdentifier);
  return message?.state === "APPROVED" && areImagesApproved(world, message) ? message : undefined;
}

/** Tells whether all pictures of `message` are APPROVED. */
export function areImagesApproved(
  { images }: Pick<EnvironmentWorld, "images">,
  message: StoredMessage,
): boolean {
  return imagesOf(message).every((identifier) => images.get(identifier)?.state === "APPROVED");
}

function assertPlace({ app }: EnvironmentWorld, productId: string, locale: string): void {
  if (findProduct(app.definition, productId) === undefined) {
    throw new AppleApiError("INVALID_PRODUCT_ID");
  }
  if (!isLocale(locale)) throw new AppleApiError("INVALID_LOCALE");
}
