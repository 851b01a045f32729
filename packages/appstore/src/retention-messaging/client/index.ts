export type { ApiEnvironment } from "../../http/index.ts";
export { APPLE_ERROR_CATALOGUE } from "../error-catalogue.ts";
export type { AppleErrorEntry } from "../error-catalogue.ts";
export type * from "./content.ts";
export { callsPerHour } from "./create-pacer.ts";
export type { Pacing } from "./create-pacer.ts";
export { createRetentionMessagingClient } from "./create-retention-messaging-client.ts";
export type { RetentionMessagingClientOptions } from "./create-retention-messaging-client.ts";
export { findDefaultMessage, findRealtimeUrl } from "./find-configuration.ts";
export { isAlreadyThere, isNoPlace, isNotFound } from "./known-refusals.ts";
export type {
  CallOptions,
  DefaultPlace,
  RetentionMessagingClient,
  UploadOutcome,
} from "./retention-messaging-client.ts";
