import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { DatabaseOptions } from "../../storage/open-database.ts";

/** A sync in a process of its own, and at which of its points it is killed. */
export interface SyncTask {
  readonly place: DatabaseOptions;
  /** In base64. */
  readonly masterKey: string;
  readonly connectBaseUrl: string;
  /** 0 for the first point; undefined lets it end. */
  readonly killAtPoint?: number | undefined;
}

/** How such a process ended. */
export interface SyncEnd {
  /** "SIGKILL" when it was killed, null when it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  /** What it did, in order: what it asked, what was answered, and its commit; empty when it was killed. */
  readonly points: readonly string[];
  readonly stderr: string;
}

/** Runs a sync in a process of its own, which ends itself with SIGKILL where the task says. */
export async function runSync(task: SyncTask): Promise<SyncEnd> {
  const script = fileURLToPath(new URL("sync-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, closed] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  // The event's arguments, which its type does not say.
  const [, signal] = closed as [number | null, NodeJS.Signals | null];
  // Written by the child, which knows the type.
  const points = stdout === "" ? [] : (JSON.parse(stdout) as readonly string[]);
  return { signal, points, stderr };
}
