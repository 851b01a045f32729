import type { ArgumentSpec, CommandInput, OptionSpec } from "../command.ts";
import { APP_OPTION, requireApp } from "../control-plane/app-option.ts";
import { CONTROL_OPTIONS } from "../control-plane/open-control.ts";

/** Which webhook. */
export const WEBHOOK_ARGUMENT: ArgumentSpec = {
  name: "webhook",
  description: "the webhook's id, from `webhooks list`",
  required: true,
};

/** Whose webhook, and where. */
export const WEBHOOK_OPTIONS: readonly OptionSpec[] = [APP_OPTION, ...CONTROL_OPTIONS];

/**
 * Returns which webhook a command line means, as the API's paths name it.
 *
 * @throws UsageError `OPTION_MISSING`
 */
export function webhookOf({ arguments: positional, options }: CommandInput): {
  readonly app: string;
  readonly webhook: string;
} {
  // The parser does not go on without it.
  return { app: requireApp(options), webhook: positional[0] ?? "" };
}
