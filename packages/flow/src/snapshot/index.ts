export { canonicalJson } from "./canonical-json.ts";
export type { CanonicalJsonErrorCode } from "./canonical-json.ts";
export { parseSnapshot } from "./parse-snapshot.ts";
export type { SnapshotErrorCode } from "./snapshot-fields.ts";
export { prepareSnapshot } from "./prepare-snapshot.ts";
export type { PreparedSnapshot } from "../evaluate/prepared-snapshot.ts";
export { snapshotHash } from "./snapshot-hash.ts";
export { SNAPSHOT_FORMAT } from "./snapshot.ts";
export type * from "./snapshot.ts";
