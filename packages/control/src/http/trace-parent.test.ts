import { expect, test } from "vitest";
import { SQLITE } from "../storage/testing/engines.ts";
import { openTestControl } from "./testing/test-control.ts";
import { readTraceParent } from "./trace-parent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

function read(header: string) {
  return readTraceParent(new Headers({ traceparent: header }));
}

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`00-${TRACE}-${SPAN}-fe`, false],
  [`cc-${TRACE}-${SPAN}-01-what-comes-later`, true],
])("readTraceParent() reads %s", (header, isSampled) => {
  expect(read(header)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
});

test.each([
  [""],
  [`ff-${TRACE}-${SPAN}-01`],
  [`00-${TRACE}-${SPAN}-01-more`],
  [`cc-${TRACE}-${SPAN}-01more`],
  [`00-${TRACE.toUpperCase()}-${SPAN}-01`],
  [`00-${"0".repeat(32)}-${SPAN}-01`],
  [`00-${TRACE}-${"0".repeat(16)}-01`],
  [`00-${TRACE}-${SPAN}`],
  [`00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
])("readTraceParent() takes nothing from %j", (header) => {
  expect(read(header)).toBeUndefined();
});

test("readTraceParent() takes nothing where there is no header", () => {
  expect(readTraceParent(new Headers())).toBeUndefined();
});

test("the report of a request names the caller's span", async () => {
  const { call, reports } = await openTestControl(SQLITE);
  await call("GET", "/v1/apps", { headers: { traceparent: `00-${TRACE}-${SPAN}-01` } });
  await call("GET", "/v1/apps", { headers: { traceparent: "hunter2" } });
  const parents = reports.map(({ traceParent }) => traceParent);
  expect(parents).toEqual([{ traceId: TRACE, spanId: SPAN, isSampled: true }, undefined]);
});
