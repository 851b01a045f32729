export { addConnectRoutes } from "./connect-api.ts";
export { openTeams, type Team } from "./connect-keys.ts";
export { createHourlyLimit } from "./hourly-limit.ts";
