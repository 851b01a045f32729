import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { printableLines } from "../style.ts";
import type { SyncBody } from "./await-sync.ts";

const STATES: Readonly<Record<SyncBody["state"], string>> = {
  never: "never synced",
  running: "running",
  succeeded: "synced",
  failed: "failed",
};

/** Returns what people read of how the reading of App Store Connect stands. */
export function renderSync({
  state,
  startedAt,
  succeededAt,
  nextAt,
  problem,
}: SyncBody): readonly string[] {
  return columns([
    ["sync", STATES[state]],
    ...timeRow("began", startedAt),
    ...timeRow("last success", succeededAt),
    nextAt === undefined
      ? ["next", "none: there is no App Store Connect key"]
      : ["next", sayInstant(nextAt)],
    ...(problem === undefined
      ? []
      : [["problem", `${problem.code}: ${printableLines(problem.message)}`]]),
  ]);
}

function timeRow(label: string, at: number | undefined): readonly (readonly string[])[] {
  return at === undefined ? [] : [[label, sayInstant(at)]];
}
