import type { RequestReport } from "@holdfast/control/http";
import type { JobReport } from "@holdfast/control/jobs";
import { expect, onTestFinished, test } from "vitest";
import { createTestRuntime } from "../../../runtime/src/testing/test-runtime.ts";
import { startTelemetry } from "./start-telemetry.ts";
import type { Telemetry } from "./start-telemetry.ts";
import { startOtlpReceiver } from "./testing/otlp-receiver.ts";
import type { OtlpReceiver, ReceivedSpan } from "./testing/otlp-receiver.ts";

const SERVER = 2;
const INTERNAL = 1;
const FAILED = 2;

const REPORT: RequestReport = {
  requestId: "r1",
  method: "GET",
  operationId: "listApps",
  status: 200,
  caller: "person:quinn",
  durationMs: 250,
};
const JOB: JobReport = {
  kind: "catalog.sync",
  id: "j1",
  attempt: 1,
  result: "done",
  durationMs: 4,
};

async function open(
  receiver: OtlpReceiver,
  env: Readonly<Record<string, string>> = {},
): Promise<Telemetry> {
  const telemetry = await startTelemetry({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env },
    release: "1.2.3",
  });
  if (telemetry === undefined) throw new Error("expected telemetry");
  onTestFinished(telemetry.close);
  return telemetry;
}

/** Sends what `act` reports and returns the spans of it. */
async function spansOf(
  act: (telemetry: Telemetry) => void,
  env?: Readonly<Record<string, string>>,
): Promise<readonly ReceivedSpan[]> {
  const receiver = await startOtlpReceiver();
  const telemetry = await open(receiver, env);
  act(telemetry);
  await telemetry.close();
  return receiver.spans;
}

function durationMs({ startTimeUnixNano, endTimeUnixNano }: ReceivedSpan): number {
  return Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6;
}

test("startTelemetry() starts nothing where no receiver is named, or it is turned off", async () => {
  const release = "1.2.3";
  await expect(startTelemetry({ env: {}, release })).resolves.toBeUndefined();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_SDK_DISABLED: "true" };
  await expect(startTelemetry({ env, release })).resolves.toBeUndefined();
});

test("an answer to Apple becomes a span that names neither the subscriber nor the pseudonym", async () => {
  const runtime = await createTestRuntime();
  const originalTransactionId = "2000000555666777";
  const answer = await runtime.ask({ productId: "p.offer", originalTransactionId });
  expect(answer.status).toBe(200);
  await runtime.post("{}");
  const receiver = await startOtlpReceiver();
  const telemetry = await open(receiver);
  for (const event of runtime.events) telemetry.onAnswer(event);
  const endedBefore = Date.now() + 5;
  await telemetry.close();

  const [decision] = runtime.records;
  const [event] = runtime.events;
  const [span, refused] = receiver.spans;
  if (span === undefined || decision === undefined || event === undefined) throw new Error("none");
  expect(span).toMatchObject({ name: "POST /apple/retention/{app}/{environment}", kind: SERVER });
  expect(span.attributes).toMatchObject({
    "http.response.status_code": 200,
    "holdfast.app": "test",
    "holdfast.environment": "sandbox",
    "holdfast.outcome": event.outcome,
    "holdfast.request_identifier": decision.requestIdentifier,
    "holdfast.snapshot": decision.snapshot,
    "holdfast.rule": "offer",
    "holdfast.signing": "signed",
    "holdfast.response": "promotionalOffer",
  });
  expect(span.parentSpanId ?? "").toBe("");
  expect(durationMs(span)).toBeCloseTo(event.latencyMs, 1);
  expect(Number(BigInt(span.endTimeUnixNano) / 1_000_000n)).toBeLessThanOrEqual(endedBefore);
  expect(refused?.attributes).toMatchObject({ "holdfast.outcome": "refused" });
  expect(refused?.status.code ?? 0).not.toBe(FAILED);

  const [{ body } = { body: "" }] = receiver.requests;
  const { pseudonym, sealedId } = decision.subject;
  for (const secret of [originalTransactionId, pseudonym, sealedId]) {
    expect(body).not.toContain(secret);
  }
});

test("a request to the control plane becomes a span below its caller's", async () => {
  const traceParent = { traceId: "a".repeat(32), spanId: "b".repeat(16), isSampled: true };
  const [own, fault, anonymous] = await spansOf((telemetry) => {
    telemetry.onReport({ ...REPORT, traceParent });
    telemetry.onReport({ ...REPORT, status: 503, code: "UNAVAILABLE" });
    telemetry.onReport({
      requestId: "r2",
      method: "GET",
      status: 404,
      code: "NOT_FOUND",
      durationMs: 0,
    });
  });
  expect(own).toMatchObject({
    name: "listApps",
    kind: SERVER,
    traceId: traceParent.traceId,
    parentSpanId: traceParent.spanId,
    attributes: { "holdfast.request_id": "r1", "http.response.status_code": 200 },
  });
  expect(own && durationMs(own)).toBeCloseTo(250, 3);
  expect(fault).toMatchObject({
    status: { code: FAILED, message: "UNAVAILABLE" },
    attributes: { "error.type": "UNAVAILABLE" },
  });
  expect(fault?.traceId).not.toBe(own?.traceId);
  expect(anonymous).toMatchObject({ name: "GET", attributes: { "holdfast.code": "NOT_FOUND" } });
  expect(anonymous?.status.code ?? 0).not.toBe(FAILED);
  expect(JSON.stringify([own, fault, anonymous])).not.toContain("quinn");
});

test.each<[JobReport["result"], string | undefined, boolean]>([
  ["done", undefined, false],
  ["failed", "CONNECT_REFUSED", true],
  ["retried", "CONNECT_REFUSED", true],
  ["released", "AbortError", false],
])("a run of a job that was %s becomes a span", async (result, error, isFailure) => {
  const report = { ...JOB, result, ...(error === undefined ? {} : { error }) };
  const [span] = await spansOf((telemetry) => telemetry.onJob(report));
  expect(span).toMatchObject({
    name: "job catalog.sync",
    kind: INTERNAL,
    attributes: { "holdfast.job.result": result, "holdfast.job.attempt": 1 },
  });
  expect(span?.status.code === FAILED).toBe(isFailure);
});

test("OTEL_SERVICE_NAME names the service, which is holdfast otherwise", async () => {
  for (const [env, name] of [
    [{}, "holdfast"],
    [{ OTEL_SERVICE_NAME: "retention" }, "retention"],
  ] as const) {
    const receiver = await startOtlpReceiver();
    const telemetry = await open(receiver, env);
    telemetry.onReport(REPORT);
    await telemetry.close();
    expect(receiver.resource()).toMatchObject({ "service.name": name, "service.version": "1.2.3" });
    expect(receiver.requests[0]?.path).toBe("/v1/traces");
  }
});

test.each([
  ["always_off", true, 0],
  ["parentbased_always_on", true, 2],
  ["parentbased_always_on", false, 1],
  ["parentbased_always_off", true, 1],
  ["always_on", false, 2],
])(
  "OTEL_TRACES_SAMPLER=%s, the caller recording: %s, sends %d of two",
  async (sampler, isSampled, count) => {
    const traceParent = { traceId: "a".repeat(32), spanId: "b".repeat(16), isSampled };
    const act = (telemetry: Telemetry): void => {
      telemetry.onReport({ ...REPORT, traceParent });
      telemetry.onReport(REPORT);
    };
    expect(await spansOf(act, { OTEL_TRACES_SAMPLER: sampler })).toHaveLength(count);
  },
);

test("of a flood only some become spans, and the last one tells how many did not", async () => {
  const spans = await spansOf((telemetry) => {
    for (let index = 0; index < 5000; index += 1) telemetry.onReport(REPORT);
  });
  expect(spans).toHaveLength(100);
  const leftOut = spans.map(({ attributes }) => Number(attributes["holdfast.left_out"] ?? 0));
  expect(leftOut.reduce((sum, count) => sum + count, 0)).toBe(4900);
});

test("close() tells of traces nobody takes, and waits no longer than it may", async () => {
  const problems: Error[] = [];
  const refusing = await startOtlpReceiver(400);
  const silent = await startOtlpReceiver("never");
  for (const { url } of [refusing, silent]) {
    const telemetry = await startTelemetry({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
      release: "1.2.3",
      onProblem: (error) => problems.push(error),
      closeMs: 300,
    });
    telemetry?.onReport(REPORT);
    await telemetry?.close();
  }
  expect(refusing.requests).toHaveLength(1);
  expect(silent.requests).toHaveLength(1);
  expect(problems).toHaveLength(1);
});
