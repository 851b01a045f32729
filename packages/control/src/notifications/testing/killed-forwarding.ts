import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a child process takes and passes on, and when it kills itself. */
export interface ForwardingTask {
  /** Of the SQLite database, which nobody else has open. */
  readonly directory: string;
  /** What Apple posts, one after the other; a second time where the process was killed before. */
  readonly signedPayloads: readonly string[];
  /** 0 for the first point, before or after a transaction; beyond the last it ends by itself. */
  readonly killAt: number;
}

/** How a child process ended. */
export interface ForwardingEnd {
  /** "SIGKILL" when it was killed, null when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  /** How many points there were, when it ended by itself. */
  readonly points: number;
  readonly stderr: string;
}

/** Takes notifications and passes them on in a process of its own, which kills itself where the task says. */
export async function runForwardingChild(task: ForwardingTask): Promise<ForwardingEnd> {
  const script = fileURLToPath(new URL("forwarding-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  // The event's arguments, which its type does not say.
  const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { signal, points: Number(stdout), stderr };
}
