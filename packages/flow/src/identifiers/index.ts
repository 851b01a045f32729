export { imageIdentifier, messageIdentifier } from "./content-identifiers.ts";
export type { IdentifierOptions, ImageHashes, ImageSize } from "./content-identifiers.ts";
export { HOLDFAST_NAMESPACE, uuidV5 } from "./uuid-v5.ts";
