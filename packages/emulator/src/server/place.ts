import { emulatorError } from "../errors/index.ts";
import { type AppEnvironment, ENVIRONMENTS } from "../world/index.ts";

/** Returns the app and environment an address names; throws `ENVIRONMENT_UNKNOWN`. */
export function placeOf({
  app,
  environment,
}: {
  readonly app: string;
  readonly environment: string;
}): AppEnvironment {
  const known = ENVIRONMENTS.find((name) => name === environment);
  if (known === undefined) {
    throw emulatorError("ENVIRONMENT_UNKNOWN", "expected the environment sandbox or production");
  }
  return { app, environment: known };
}
