import { describe, expect, test } from "vitest";
import type { DecisionLogHealth } from "../ports/decisions.ts";
import type { LivePublication, PublicationStatus } from "../ports/publications.ts";
import { parseHealthScope, reportHealth } from "./health.ts";
import type { HealthReport } from "./health.ts";

function status(app: string, label?: string, publishedAt = 0): PublicationStatus {
  if (label === undefined) return { app, environment: "sandbox", problem: "WIRE_MALFORMED" };
  // Health reads nothing else of it.
  const live = { app, environment: "sandbox", label, publishedAt } as LivePublication;
  return { app, environment: "sandbox", live };
}

function health(
  statuses: readonly PublicationStatus[],
  search = "",
  store: DecisionLogHealth = { ready: true, pending: 0, dropped: 0 },
): HealthReport {
  const publications = { list: () => statuses, find: () => "unknown" as const };
  const decisions = { append: () => undefined, health: () => store };
  return reportHealth(
    { publications, decisions, runtime: "node" },
    parseHealthScope(new URLSearchParams(search)),
  );
}

describe("reportHealth()", () => {
  test("is ok when something is live, and names the newest", () => {
    const report = health([status("a", "old", 1), status("b", "new", 2), status("c")]);
    expect(report).toEqual({ ok: true, runtime: "node", snapshot: "new", store: "ready" });
  });

  test.each([
    ["nothing is configured", [], "", "no such app and environment is configured"],
    ["nothing is live", [status("a")], "", "WIRE_MALFORMED"],
    ["the app asked for is not live", [status("a"), status("b", "x")], "app=a", "WIRE_MALFORMED"],
    [
      "the app asked for is unknown",
      [status("a", "x")],
      "app=z",
      "no such app and environment is configured",
    ],
    [
      "the environment is no environment",
      [status("a", "x")],
      "environment=moon",
      "no such app and environment is configured",
    ],
  ])("is not ok when %s", (_, statuses, search, reason) => {
    expect(health(statuses, search)).toMatchObject({ ok: false, reason });
  });

  test("stays ok and says so when decisions cannot be written", () => {
    const store = { ready: false, reason: "disk full", pending: 1, dropped: 0 };
    expect(health([status("a", "x")], "", store)).toMatchObject({ ok: true, store: "disk full" });
  });
});
