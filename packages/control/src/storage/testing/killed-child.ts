import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DatabaseOptions } from "../open-database.ts";

/** What a child process does with a database, and at which of its steps it is killed. */
export interface ChildTask {
  readonly place: DatabaseOptions;
  readonly act: "migrate" | "commit" | "restore" | "migrateDatabase";
  /** For `restore` the backup, for `migrateDatabase` the data directory it copies from. */
  readonly from?: string;
  /** 0 for the first step; beyond the last one it ends by itself. */
  readonly killAtStep: number;
}

/** How a child process ended. */
export interface ChildEnd {
  /** "SIGKILL" when it was killed, null when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Runs a task in a process of its own, which ends itself with SIGKILL where the task says. */
export async function runChild(task: ChildTask): Promise<ChildEnd> {
  const script = fileURLToPath(new URL("child-process.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  // The event's arguments, which its type does not say.
  const [exitCode, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, stderr };
}
