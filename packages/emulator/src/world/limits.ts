/**
 * Apple's limits on messages and images.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging/uploadmessagerequestbody
 * @see https://developer.apple.com/documentation/retentionmessaging/upload-image
 */
export const LIMITS = {
  headerCharacters: 66,
  bodyCharacters: 144,
  altTextCharacters: 150,
  bulletPointTextCharacters: 66,
  fullSizeWidth: 3840,
  fullSizeHeightMin: 160,
  fullSizeHeightMax: 2160,
  bulletPointSide: 1024,
  realtimeUrlCharacters: 256,
  messagesPerApp: 2000,
  imagesPerApp: 2000,
} as const;

/** A UUID as Apple wants it: lowercase. */
const LOWERCASE_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/v;

/** Tells whether `text` is a lowercase UUID. */
export function isLowercaseUuid(text: string): boolean {
  return LOWERCASE_UUID.test(text);
}
