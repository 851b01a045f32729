import { describe, expect, test } from "vitest";
import type { LivePublication, PublicationStatus } from "../ports/publications.ts";
import { parseHealthScope, reportHealth } from "./health.ts";
import type { HealthReport, HostHealth } from "./health.ts";

function status(app: string, label?: string, publishedAt = 0): PublicationStatus {
  if (label === undefined) return { app, environment: "sandbox", problem: "WIRE_MALFORMED" };
  // Health reads nothing else of it.
  const live = { app, environment: "sandbox", label, publishedAt } as LivePublication;
  return { app, environment: "sandbox", live };
}

function health(
  statuses: readonly PublicationStatus[],
  search = "",
  host: HostHealth = { runtime: "node", store: "ready" },
): HealthReport {
  const publications = { list: () => statuses, find: () => "unknown" as const };
  return reportHealth(
    { publications, host: () => host },
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
    const host = { runtime: "node", store: "disk full" } as const;
    expect(health([status("a", "x")], "", host)).toMatchObject({ ok: true, store: "disk full" });
  });

  test("names what a Worker keeps things in", () => {
    const host = { runtime: "cloudflare-workers", kv: "ready" } as const;
    expect(JSON.stringify(health([status("a", "x")], "", host))).toBe(
      '{"ok":true,"runtime":"cloudflare-workers","snapshot":"x","kv":"ready"}',
    );
  });
});
