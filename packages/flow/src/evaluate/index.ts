export type * from "./decision.ts";
export { NO_STOPS } from "./decision.ts";
export type * from "./subject.ts";
