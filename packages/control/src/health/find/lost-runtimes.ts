import type { ReportedRuntime } from "../../distribution/runtimes.ts";
import type { FoundCondition } from "../conditions.ts";

/** Finds the runtimes of an app that said nothing any more, and not that they stop. */
export function findLostRuntimes(
  app: string,
  lost: readonly ReportedRuntime[],
): readonly FoundCondition[] {
  return lost
    .filter(({ serves }) => serves.some((served) => served.app === app))
    .map(({ id, host, release, reportedAt }) => ({
      kind: "runtime.lost",
      app,
      environment: "both",
      subject: id,
      state: "standing",
      details: { runtime: id, host, release, lastReportedAt: reportedAt },
    }));
}
