import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DatabaseOptions } from "../../storage/open-database.ts";

/** A batch that is taken in by a process of its own, and where that is killed. */
export interface IngestingTask {
  readonly place: DatabaseOptions;
  readonly records: readonly unknown[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** With the rows written but not committed, or after the commit, before anybody heard of it. */
  readonly killAt: "inside" | "after";
}

/** Takes a batch in, in a process that kills itself; returns by which signal it ended. */
export async function killIngesting(task: IngestingTask): Promise<NodeJS.Signals | null> {
  const script = fileURLToPath(new URL("ingesting-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // The event's arguments, which its type does not say.
  const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return signal;
}
