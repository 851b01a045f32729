import type { CommandInput, Io, OptionSpec } from "../command.ts";
import { APP_OPTION, requireApp } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS, openControl } from "../control-plane/open-control.ts";
import type { ControlConnection } from "../control-plane/open-control.ts";
import { ENVIRONMENT_OPTION } from "../flow-options.ts";
import type { AppAtControl } from "../flow-versions/read-version.ts";
import { requireEnvironment } from "../storekit/storekit-options.ts";
import type { PlaceAtControl } from "./live-publication.ts";

/** Which app of which control plane. */
export const APP_AT_CONTROL_OPTIONS: readonly OptionSpec[] = [APP_OPTION, ...CONTROL_OPTIONS];

/** Where something goes live. */
export const LIVE_ENVIRONMENT_OPTION: OptionSpec = {
  ...ENVIRONMENT_OPTION,
  description: "where it is live (required)",
  required: true,
};

/** Which environment of which app of which control plane. */
export const PLACE_OPTIONS: readonly OptionSpec[] = [
  APP_OPTION,
  LIVE_ENVIRONMENT_OPTION,
  ...CONTROL_OPTIONS,
];

type Connected<Place> = Place & Pick<ControlConnection, "server">;

/**
 * Opens the app of {@link APP_AT_CONTROL_OPTIONS}. Nothing is sent yet.
 *
 * @throws UsageError `OPTION_MISSING`, and what {@link openControl} throws
 */
export async function openAppAtControl(
  input: Pick<CommandInput, "options">,
  io: Io,
): Promise<Connected<AppAtControl>> {
  const app = requireApp(input.options);
  const { client, server } = await openControl(input, io);
  return { client, server, app };
}

/**
 * Opens the environment of {@link PLACE_OPTIONS}. Nothing is sent yet.
 *
 * @throws UsageError `OPTION_MISSING`, `OPTION_INVALID`, and what {@link openControl} throws
 */
export async function openPlace(
  input: Pick<CommandInput, "options">,
  io: Io,
): Promise<Connected<PlaceAtControl>> {
  const app = requireApp(input.options);
  const environment = requireEnvironment(input.options);
  const { client, server } = await openControl(input, io);
  return { client, server, app, environment };
}
