export { openSubscriberReader } from "./open-subscriber-reader.ts";
export type { SubscriberReader, SubscriberReaderOptions } from "./open-subscriber-reader.ts";
