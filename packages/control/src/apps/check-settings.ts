import type { ApiIssue } from "@holdfast/api";
import { ApiRefusal } from "@holdfast/api/server";
import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { EnvironmentSettings, EnvironmentsSettings } from "./app.ts";
import { describeRootProblem } from "./trusted-root.ts";

/** What settings are checked against. */
export interface SettingsRules {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether production may trust roots beside Apple's; for a local App Store alone. */
  readonly allowNonAppleProductionRoots: boolean;
}

/**
 * Returns settings as they are kept, each URL without a slash at its end.
 *
 * @throws ApiRefusal `INPUT_INVALID` with everything that is wrong
 */
export function checkSettings(
  environments: EnvironmentsSettings,
  rules: SettingsRules,
): EnvironmentsSettings {
  const issues: ApiIssue[] = [];
  const checked: Partial<Record<FlowEnvironment, EnvironmentSettings>> = {};
  for (const environment of ["sandbox", "production"] as const) {
    const settings = environments[environment];
    if (settings === undefined) continue;
    issues.push(...issuesOf(settings, environment, rules));
    const { realtimeBaseUrl, ...others } = settings;
    checked[environment] = {
      ...others,
      ...(realtimeBaseUrl === undefined
        ? {}
        : { realtimeBaseUrl: realtimeBaseUrl.replace(/\/+$/, "") }),
    };
  }
  if (issues.length === 0) return checked;
  throw new ApiRefusal("INPUT_INVALID", `${issues.length} of the app's settings cannot be`, {
    issues,
  });
}

function issuesOf(
  { trustedRoots, realtimeBaseUrl }: EnvironmentSettings,
  environment: FlowEnvironment,
  { now, allowNonAppleProductionRoots }: SettingsRules,
): readonly ApiIssue[] {
  const at = (name: string, ...rest: readonly number[]) => [
    "body",
    "environments",
    environment,
    name,
    ...rest,
  ];
  const issues: ApiIssue[] = [];
  if (environment === "production" && trustedRoots.length > 0 && !allowNonAppleProductionRoots) {
    issues.push({
      path: at("trustedRoots"),
      message:
        "expected none: this server lets production trust Apple's root alone; start it with HOLDFAST_ALLOW_NON_APPLE_PRODUCTION_ROOTS=true where another is meant",
    });
  }
  for (const [index, pem] of trustedRoots.entries()) {
    const isTwice = trustedRoots.indexOf(pem) !== index;
    const problem = isTwice ? "expected each root once" : describeRootProblem(pem, now);
    if (problem !== undefined) issues.push({ path: at("trustedRoots", index), message: problem });
  }
  if (realtimeBaseUrl !== undefined && !isBaseUrl(realtimeBaseUrl)) {
    issues.push({
      path: at("realtimeBaseUrl"),
      message: "expected https:// with a host and perhaps a path, and nothing after it",
    });
  }
  return issues;
}

function isBaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== "https:") return false;
  return !/[?#]/.test(text) && url.username === "" && url.password === "";
}
