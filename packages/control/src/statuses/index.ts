export { wantStatuses } from "./want-statuses.ts";
export { wantUnknown } from "./want-unknown.ts";
export type { WantedStatus } from "./want-statuses.ts";
