import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Which deployment a child process carries out, and when it kills itself. */
export interface DeployingTask {
  /** Of the SQLite database, which nobody else has open. */
  readonly directory: string;
  /** Of the local App Store. */
  readonly hosts: Readonly<Record<"sandbox" | "production", string>>;
  readonly deployment: string;
  /** 0 for the first point, before or after a transaction or a call; beyond the last it ends by itself. */
  readonly killAt: number;
}

/** How a child process ended. */
export interface DeployingEnd {
  /** "SIGKILL" when it was killed, null when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  /** How many points there were, when it ended by itself. */
  readonly points: number;
  readonly stderr: string;
}

/** Carries a deployment out in a process of its own, which ends itself with SIGKILL where the task says. */
export async function runDeployingChild(task: DeployingTask): Promise<DeployingEnd> {
  const script = fileURLToPath(new URL("deploying-child.ts", import.meta.url));
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
