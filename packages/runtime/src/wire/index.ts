export type { DecisionHost, DecisionRecord, RecordedSubject } from "./decision-record.ts";
export { DECISION_RECORD_FORMAT } from "./decision-record.ts";
export type { DecisionSender, DecisionsMade } from "./decision-sender.ts";
export { parseDecisionRecord } from "./parse-decision-record.ts";
export {
  CHAIN_KEYS,
  chainKey,
  liveKey,
  REVOCATIONS_KEY,
  stopListKey,
  subscriberKey,
} from "./kv-layout.ts";
export type { KvPlace } from "./kv-layout.ts";
export { LIVE_VALUE_FORMAT, parseLiveValue } from "./live-value.ts";
export type { LiveValue } from "./live-value.ts";
export { signPublicationRecord, verifyPublicationRecord } from "./publication-record.ts";
export type { PublicationRecord } from "./publication-record.ts";
export { importPublisherPublicKey, publisherKeyId } from "./publisher.ts";
export type { PublisherKey, PublisherPublicKey } from "./publisher.ts";
export {
  authenticateRevocationRecord,
  readRevocationRecord,
  revocationStatusAt,
} from "./revocation-record.ts";
export type { RevocationRecord } from "./revocation-record.ts";
export { mergeRevocations, readRevocationList, writeRevocationList } from "./revocation-list.ts";
export { openSealedValue, sealValue } from "./sealed-value.ts";
export { signStopList, stopsOf, verifyStopList } from "./stop-list.ts";
export type { StopList } from "./stop-list.ts";
export { PublicationRefusal, WireError } from "./wire-error.ts";
