export { nodeCryptography } from "./node-cryptography.ts";
export {
  decisionsPath,
  DEFAULT_HOST,
  DEFAULT_PORT,
  publicationsPath,
  startNodeHost,
} from "./node-host.ts";
export type { HostControl, NodeHost, NodeHostOptions } from "./node-host.ts";
export type { Companion } from "./listener.ts";
export { openLocalPublisher } from "./local-publisher.ts";
export type { LocalPublication, LocalPublisher } from "./local-publisher.ts";
export { readRuntimeConfig } from "./runtime-config.ts";
export type { RuntimeConfig, RuntimeConfigInput } from "./runtime-config.ts";
export { loadRuntimeSecret } from "./runtime-secret-file.ts";
