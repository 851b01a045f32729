import type { ArgumentSpec } from "../command.ts";

/** Which app, for the commands that are about apps. */
export const APP_ARGUMENT: ArgumentSpec = {
  name: "app",
  description: "our id of the app",
  required: true,
};
