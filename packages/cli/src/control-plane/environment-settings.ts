import type { CallInput, RouteBody, routes } from "@holdfast/api";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { Io, OptionSpec, Options } from "../command.ts";
import { readText } from "../files.ts";

/** The two environments of every app. */
export const ENVIRONMENTS: readonly FlowEnvironment[] = ["sandbox", "production"];

/** The most approvals that can be asked for. */
const MAX_APPROVALS = 5;

/** An app as the control plane has it. */
export type AppBody = RouteBody<typeof routes.readApp>;

/** The settings of environments, as they are sent. */
export type SentEnvironments = NonNullable<
  CallInput<typeof routes.updateApp>["body"]["environments"]
>;

/** How an app is served in each environment. */
export const ENVIRONMENT_SETTINGS_OPTIONS: readonly OptionSpec[] = ENVIRONMENTS.flatMap((name) => [
  {
    flags: `--${name}-url <url>`,
    description: `where the outside world reaches the runtime for ${name}; https`,
  },
  {
    flags: `--${name}-approvals <number>`,
    description: `how many others must approve a version before it goes to ${name}`,
  },
  {
    flags: `--${name}-root <file>`,
    description: `a root certificate, PEM, that ${name} trusts beside Apple's: a local App Store's; may come more than once`,
    repeatable: true,
  },
]);

/**
 * Returns the settings of one environment as {@link ENVIRONMENT_SETTINGS_OPTIONS} change them; undefined
 * where they say nothing of it.
 *
 * @param now - the settings it has; an environment is replaced whole, so the rest is sent again
 * @throws UsageError `OPTION_INVALID`, `FILE_UNREADABLE`
 */
export async function changedSettings(
  environment: FlowEnvironment,
  now: AppBody["environments"][FlowEnvironment],
  { options, io }: { readonly options: Options; readonly io: Io },
): Promise<SentEnvironments[FlowEnvironment]> {
  const url = options.text(`${environment}-url`);
  const bounds = { min: 0, max: MAX_APPROVALS };
  const approvals = options.integer(`${environment}-approvals`, bounds);
  const roots = options.list(`${environment}-root`);
  if (url === undefined && approvals === undefined && roots.length === 0) return undefined;
  return {
    ...now,
    ...(url === undefined ? {} : { realtimeBaseUrl: url }),
    ...(approvals === undefined ? {} : { requiredApprovals: approvals }),
    ...(roots.length === 0
      ? {}
      : { trustedRoots: await Promise.all(roots.map((file) => readText(io, file))) }),
  };
}

/** Says how an app is served in an environment, in a line. */
export function saySettings(settings: AppBody["environments"][FlowEnvironment]): string {
  if (settings === undefined) return "not served";
  const { realtimeBaseUrl, requiredApprovals, trustedRoots } = settings;
  return [
    realtimeBaseUrl ?? "no URL",
    ...(requiredApprovals === 0 ? [] : [`approvals: ${requiredApprovals}`]),
    ...(trustedRoots.length === 0 ? [] : [`roots beside Apple's: ${trustedRoots.length}`]),
  ].join(", ");
}
