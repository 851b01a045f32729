export { parseCatalog } from "./catalog.ts";
export type { Catalog, CatalogErrorCode, CatalogOffer, CatalogProduct } from "./catalog.ts";
export { parseReviewStates, reviewStateOf } from "./review-states.ts";
export type { DefaultMessage, KnownReviewState, ReviewStates } from "./review-states.ts";
