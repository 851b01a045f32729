export { nodeCryptography } from "./node-cryptography.ts";
export { createControlSubscribers } from "./control-subscribers/create-control-subscribers.ts";
export { decisionsPath } from "./decision-shipping/decision-segments.ts";
export { DEFAULT_HOST, DEFAULT_PORT, publicationsPath, startNodeHost } from "./node-host.ts";
export type { HostControl, NodeHost, NodeHostOptions } from "./node-host.ts";
export type { Companion } from "./listener.ts";
export { openLocalPublisher } from "./local-publisher.ts";
export type { LocalPublication, LocalPublisher } from "./local-publisher.ts";
export { openNamespacePublisher } from "./namespace-publisher.ts";
export type { NamespacePublisher, StopListContent } from "./namespace-publisher.ts";
export {
  importPublisherKeys,
  loadPseudonymKey,
  loadPublisherKeys,
  parsePseudonymKey,
} from "./publisher-keys.ts";
export type { PublisherKeys } from "./publisher-keys.ts";
export { readInlineConfig, readRuntimeConfig } from "./runtime-config.ts";
export type { InlineRuntimeConfig, RuntimeConfig, RuntimeConfigInput } from "./runtime-config.ts";
export { loadRuntimeSecret } from "./runtime-secret-file.ts";
