import type { Io } from "../command.ts";

/** Which of the traces that begin here are recorded, as the specification names the ways. */
const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** What OpenTelemetry's variables ask for. */
export interface TelemetrySettings {
  /** Where traces are posted, whole. */
  readonly url: string;
  /** Absent where the resource's attributes, or the default, say. */
  readonly serviceName?: string;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Of the samplers that have one: the share that is recorded, 0 to 1. */
  readonly ratio: number;
}

/**
 * Returns what OpenTelemetry's variables ask for; undefined where they name nowhere to send traces to, or
 * turn them off. What cannot be understood counts as not given, as the specification wants it.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readTelemetrySettings(env: Io["env"]): TelemetrySettings | undefined {
  const read = (name: string): string | undefined => {
    const text = (env[name] ?? "").trim();
    return text === "" ? undefined : text;
  };
  const url = readUrl(read);
  if (url === undefined || read("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  if (read("OTEL_TRACES_EXPORTER") === "none") return undefined;
  const serviceName = read("OTEL_SERVICE_NAME");
  const sampler = SAMPLERS.find((name) => name === read("OTEL_TRACES_SAMPLER"));
  return {
    url,
    ...(serviceName === undefined ? {} : { serviceName }),
    sampler: sampler ?? "parentbased_always_on",
    ratio: readRatio(read("OTEL_TRACES_SAMPLER_ARG")),
  };
}

/** The variable for traces is the address itself, the general one the place below which it is. */
function readUrl(read: (name: string) => string | undefined): string | undefined {
  const whole = read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (whole !== undefined && URL.canParse(whole)) return whole;
  const base = read("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (base === undefined || !URL.canParse(base)) return undefined;
  return `${base.replace(/\/+$/, "")}/v1/traces`;
}

function readRatio(text: string | undefined): number {
  const ratio = text === undefined ? 1 : Number(text);
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}
