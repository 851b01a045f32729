export type * from "./content.ts";
export type {
  ApiEnvironment,
  CallOptions,
  DefaultPlace,
  RetentionMessagingClient,
  UploadOutcome,
} from "./retention-messaging-client.ts";
