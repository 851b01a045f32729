import { expect, test } from "vitest";
import { readTelemetrySettings } from "./telemetry-settings.ts";

const BASE = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
const DEFAULTS = { sampler: "parentbased_always_on", ratio: 1 };

test.each([
  [BASE, "http://collector:4318/v1/traces"],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://c.example/otlp/" }, "https://c.example/otlp/v1/traces"],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/t" }, "http://c/t"],
  [{ ...BASE, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/t" }, "http://c/t"],
  [{ ...BASE, OTEL_SDK_DISABLED: "false" }, "http://collector:4318/v1/traces"],
])("readTelemetrySettings(%j) sends to %s", (env, url) => {
  expect(readTelemetrySettings(env)).toEqual({ url, ...DEFAULTS });
});

test.each([
  [{}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: " " }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector" }],
  [{ OTEL_SERVICE_NAME: "x" }],
  [{ ...BASE, OTEL_SDK_DISABLED: "TRUE" }],
  [{ ...BASE, OTEL_TRACES_EXPORTER: "none" }],
])("readTelemetrySettings(%j) is nothing", (env) => {
  expect(readTelemetrySettings(env)).toBeUndefined();
});

test.each([
  [{ OTEL_TRACES_SAMPLER: "always_off" }, { sampler: "always_off", ratio: 1 }],
  [
    { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" },
    { sampler: "parentbased_traceidratio", ratio: 0.25 },
  ],
  [{ OTEL_TRACES_SAMPLER: "jaeger_remote" }, DEFAULTS],
  [
    { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" },
    { sampler: "traceidratio", ratio: 1 },
  ],
  [
    { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "much" },
    { sampler: "traceidratio", ratio: 1 },
  ],
  [{ OTEL_SERVICE_NAME: "retention" }, { serviceName: "retention", ...DEFAULTS }],
])("readTelemetrySettings() understands %j", (env, settings) => {
  expect(readTelemetrySettings({ ...BASE, ...env })).toMatchObject(settings);
});
