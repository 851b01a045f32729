import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CloudflareAccess } from "@holdfast/runtime/workers-publishing";
import type { DatabaseOptions } from "../../../storage/open-database.ts";

/** A run of the job in a process of its own, and when that kills itself. */
export interface WritingTask {
  readonly place: DatabaseOptions;
  readonly access: Pick<CloudflareAccess, "accountId" | "namespaceId" | "apiToken" | "apiUrl">;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** 0 for the first point, before or after a transaction or a call; beyond the last it ends by itself. */
  readonly killAt: number;
}

/** Runs the job in a process that kills itself; returns by which signal it ended, null where by itself. */
export async function killWriting(task: WritingTask): Promise<NodeJS.Signals | null> {
  const script = fileURLToPath(new URL("writing-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // The event's arguments, which its type does not say.
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal === null && code !== 0) throw new Error(`expected the job to end, got exit ${code}`);
  return signal;
}
