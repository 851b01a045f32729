export type {
  CatalogGroup,
  CatalogIntroductoryOffer,
  CatalogPrice,
  CatalogPromotionalOffer,
  CatalogText,
  ConnectCatalog,
  ConnectProduct,
  IncompleteProduct,
} from "./connect-catalog.ts";
export type { ConnectCallOptions } from "./call-options.ts";
export type { ConnectClient } from "./connect-client.ts";
export { parseConnectPeriod } from "./connect-period.ts";
export type {
  Attribute,
  ConnectApp,
  ConnectIntroductoryOffer,
  ConnectLocalization,
  ConnectPrice,
  ConnectPricePoint,
  ConnectPromotionalOffer,
  ConnectRecord,
  ConnectSubscription,
  ConnectSubscriptionGroup,
  ConnectTerritory,
} from "./connect-record.ts";
export type {
  ConnectRetention,
  ConnectRetentionMessage,
  ConnectRetentionOffer,
  ProductRetention,
  RetentionMessageText,
  RetentionMessageVersion,
} from "./connect-retention.ts";
export { createConnectClient } from "./create-connect-client.ts";
export type { ConnectClientOptions } from "./create-connect-client.ts";
export { APPROVED_STATE } from "./newest-versions.ts";
export type { ConnectRateLimit } from "./rate-limit.ts";
export { readCatalog } from "./read-catalog.ts";
export type { CatalogProgress, ReadCatalogOptions } from "./read-catalog.ts";
