export { openChangeHub } from "./change-hub.ts";
export type { ChangeHub, ChangeHubOptions, ChangeNews } from "./change-hub.ts";
